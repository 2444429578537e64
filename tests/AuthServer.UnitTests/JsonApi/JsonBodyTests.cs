using System.Text;
using System.Text.Json.Serialization;
using AuthServer.JsonApi;
using Microsoft.AspNetCore.Http;

namespace AuthServer.UnitTests.JsonApi;

/// <summary>RFC 8259, read strictly: every fault is a 400 that names the member.</summary>
public sealed class JsonBodyTests
{
    [Fact]
    public void A_right_body_is_read()
    {
        var (value, problem) = Parse("""{"full_name":"Zoë 😀","age":7,"more":{"note":"x"},"tags":["a"]}""");
        Assert.Null(problem);
        Assert.Equal(("Zoë 😀", 7, "x"), (value!.FullName, value.Age, value.More!.Note));
    }

    [Fact]
    public void Members_that_need_not_be_there_may_be_null_or_absent()
    {
        Assert.Null(Parse("""{"full_name":"a"}""").Problem);
        Assert.Null(Parse("""{"full_name":"a","more":null}""").Problem);
    }

    [Theory]
    [InlineData("""{"full_name":"a","admin":true}""", "admin", "is not a member of this request.")]
    [InlineData("""{"admin":{"deep":1},"full_name":"a"}""", "admin", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","Full_Name":"b"}""", "Full_Name", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","fullName":"b"}""", "fullName", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","":1}""", "", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","__proto__":{}}""", "__proto__", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","full_name":"b"}""", "full_name", "stands twice.")]
    [InlineData("""{"full_name":"a","f\u0075ll_name":"b"}""", "full_name", "stands twice.")]
    [InlineData("""{"full_name":1}""", "full_name", "has a value of the wrong type.")]
    [InlineData("""{"full_name":null}""", "full_name", "has a value of the wrong type.")]
    [InlineData("""{"full_name":["a"]}""", "full_name", "has a value of the wrong type.")]
    [InlineData("""{"full_name":{"a":1}}""", "full_name", "has a value of the wrong type.")]
    [InlineData("""{"full_name":true}""", "full_name", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","age":"7"}""", "age", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","age":7.5}""", "age", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","age":1e999}""", "age", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","age":99999999999}""", "age", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","tags":["x",1]}""", "tags[1]", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","more":{"note":1}}""", "more.note", "has a value of the wrong type.")]
    [InlineData("""{"full_name":"a","more":{"other":1}}""", "more.other", "is not a member of this request.")]
    [InlineData("""{"full_name":"a","more":{"note":"x","note":"y"}}""", "more.note", "stands twice.")]
    [InlineData("""{"full_name":"a","more":{"note":"x"},"more":{"note":"y"}}""", "more", "stands twice.")]
    [InlineData("""{"full_name":"a","unknown":{"x":1,"x":2}}""", "unknown", "is not a member of this request.")]
    [InlineData("""{"age":1}""", "full_name", "is missing.")]
    [InlineData("{}", "full_name", "is missing.")]
    [InlineData("""{"full_name":"a\u0000b"}""", "full_name", "contains the character U+0000.")]
    [InlineData("""{"full_name":"a","tags":["\u0000"]}""", "tags", "contains the character U+0000.")]
    [InlineData("""{"full_name":"a","more":{"no\u0000te":"x"}}""", "more", "contains the character U+0000.")]
    [InlineData("""{"full_name":"a\ud800"}""", "full_name", "is not well-formed Unicode.")]
    [InlineData("""{"full_name":"\udc00\ud800"}""", "full_name", "is not well-formed Unicode.")]
    [InlineData("""{"full_name":"a","\ud800":1}""", "body", "is not well-formed Unicode.")]
    [InlineData("[]", "body", "must be a JSON object.")]
    [InlineData("""["full_name"]""", "body", "must be a JSON object.")]
    [InlineData("null", "body", "must be a JSON object.")]
    [InlineData("\"a\"", "body", "must be a JSON object.")]
    [InlineData("7", "body", "must be a JSON object.")]
    [InlineData("", "body", "is empty; send a JSON object.")]
    public void A_fault_is_told_by_the_name_of_its_member(string json, string member, string wrong) => Expect(Parse(json), member, wrong);

    [Theory]
    [InlineData("{")]
    [InlineData(" ")]
    [InlineData("""{"full_name":"a"}}""")]
    [InlineData("""{"full_name":"a"} {"full_name":"b"}""")]
    [InlineData("""{"full_name":"a",}""")]
    [InlineData("""{full_name:"a"}""")]
    [InlineData("""{'full_name':'a'}""")]
    [InlineData("""{"full_name":"a"/* x */}""")]
    [InlineData("""{"full_name":"a","age":NaN}""")]
    [InlineData("""{"full_name":"a","age":07}""")]
    [InlineData("""{"unknown":1,"full_name":"a" """)]
    [InlineData("{\"full_name\":\"a\nb\"}")]
    [InlineData("""{"full_name":"\x"}""")]
    [InlineData("\uFEFF{\"full_name\":\"a\"}")]
    [InlineData("""{"full_name":"a","tags":[[[[[[[[[1]]]]]]]]]}""")]
    [InlineData("""{"x":{"x":{"x":{"x":{"x":{"x":{"x":{"x":{"x":1}}}}}}}}}""")]
    public void What_is_no_json_is_told_of_the_whole_body(string json) =>
        Expect(Parse(json), "body", "is not well-formed JSON in UTF-8, or is nested deeper than 8 levels.");

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_no_utf8_are_told_by_the_name_of_their_member(byte[] bytes)
    {
        byte[] body = [.. "{\"full_name\":\"a"u8, .. bytes, .. "\"}"u8];
        Expect(JsonBody.Parse(body, SampleJson.Default.Sample), "full_name", "is not well-formed Unicode.");
    }

    [Fact]
    public void A_long_name_comes_back_shortened_and_without_control_characters()
    {
        var (_, problem) = Parse($$"""{"{{new string('n', 5000)}}":1}""");
        Assert.Equal(100, Assert.Single(problem!.Errors!).Key.Length);
        Expect(Parse("""{"a\r\nb":1}"""), "a??b", "is not a member of this request.");
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=UTF-8", true)]
    [InlineData("application/json; charset=\"utf-8\"", true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("text/json", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/problem+json", false)]
    [InlineData("application/json, text/plain", false)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Only_json_in_utf8_is_taken(string? contentType, bool taken)
    {
        var (value, problem) = await ReadAsync("""{"full_name":"a"}"""u8.ToArray(), contentType);
        Assert.Equal(taken ? null : 415, problem?.Status);
        Assert.Equal(taken, value is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_and_one_at_the_limit_is_read(bool _saysItsLength)
    {
        byte[] Body(int size) => Encoding.UTF8.GetBytes("""{"full_name":"a"}""".PadRight(size));
        Assert.NotNull((await ReadAsync(Body(JsonBody.MaxSize), "application/json", _saysItsLength)).Value);
        Expect(await ReadAsync(Body(JsonBody.MaxSize + 1), "application/json", _saysItsLength), "body", "is larger than 16384 bytes.");
    }

    [Fact]
    public async Task A_length_that_is_a_lie_is_not_believed() =>
        Expect(await ReadAsync(new byte[JsonBody.MaxSize + 1], "application/json", length: 3), "body", "is larger than 16384 bytes.");

    private static (Sample? Value, Problem? Problem) Parse(string json) =>
        JsonBody.Parse(Encoding.UTF8.GetBytes(json), SampleJson.Default.Sample);

    private static ValueTask<(Sample? Value, Problem? Problem)> ReadAsync(
        byte[] body, string? contentType, bool _saysItsLength = true, long? length = null)
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = contentType;
        http.Request.ContentLength = length ?? (_saysItsLength ? body.Length : null);
        http.Request.Body = new MemoryStream(body);
        return JsonBody.ReadAsync(http.Request, SampleJson.Default.Sample, TestContext.Current.CancellationToken);
    }

    private static void Expect((Sample? Value, Problem? Problem) read, string member, string wrong)
    {
        Assert.Null(read.Value);
        Assert.Equal((400, "invalid-request"), (read.Problem!.Status, read.Problem.Kind));
        var (name, texts) = Assert.Single(read.Problem.Errors!);
        Assert.Equal((member, wrong), (name, Assert.Single(texts)));
    }
}

public sealed record Sample(string FullName, int Age = 0, Inner? More = null, IReadOnlyList<string>? Tags = null);

public sealed record Inner(string? Note = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
        MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(Sample))]
internal sealed partial class SampleJson : JsonSerializerContext;
