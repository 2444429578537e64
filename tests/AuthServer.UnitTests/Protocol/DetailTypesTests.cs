using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Details;

namespace AuthServer.UnitTests.Protocol;

/// <summary>RFC 9396 section 2.1: the types that the operator registers, and the words that people read.</summary>
public sealed class DetailTypesTests
{
    [Theory]
    [InlineData("{", "it is not JSON")]
    [InlineData("{}", "it is not a list")]
    [InlineData("[1]", "entry 1: it is not an object")]
    [InlineData("""[{"schema":{},"words":{"en":"x"}}]""", "type must be")]
    [InlineData("""[{"type":"a","schema":1,"words":{"en":"x"}}]""", "schema must be")]
    [InlineData("""[{"type":"a","schema":{"$ref":"#/nowhere"},"words":{"en":"x"}}]""", "the schema cannot be used")]
    [InlineData("""[{"type":"a","schema":{},"words":{"de":"x"}}]""", "one of them en")]
    [InlineData("""[{"type":"a","schema":{},"words":{"en":""}}]""", "words must have")]
    [InlineData("""[{"type":"a","schema":{},"words":{"en":"x"}},{"type":"a","schema":{},"words":{"en":"x"}}]""", "stands twice")]
    public void A_list_that_cannot_be_used_is_told(string json, string fault) =>
        Assert.Contains(fault, DetailTypes.Read(json).Fault, StringComparison.Ordinal);

    /// <summary>Section 7: what is granted stays in the session, and a token has of it what client and server still know.</summary>
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("b", "a", false)]
    [InlineData("a", "b", false)]
    public void A_type_that_was_taken_away_is_in_no_token(string ofClient, string ofServer, bool isTold)
    {
        const string Granted = """[{"type":"a"}]""";
        var options = new DetailTypeOptions { Json = $$$"""[{"type":"{{{ofServer}}}","schema":{},"words":{"en":"x"}}]""" };
        options.Check(new());
        var client = RegisteredClient.Of(new()
        {
            ClientId = "a", Properties = $$$"""{"metadata":{"authorization_details_types":["{{{ofClient}}}"]}}""",
        });
        Assert.Equal(isTold ? Granted : null, new AuthorizationDetails(options).ForToken(Granted, client, ["https://a.example"]));
    }

    [Theory]
    [InlineData("""{"to":"Shop","amount":{"value":5}}""", true)]
    [InlineData("""{"to":["A","B"]}""", true)]
    [InlineData("""{"to":null}""", true)]
    [InlineData("""{"to":"a\nb"}""", false)]
    [InlineData("""{"to":"a\u202Eb"}""", false)]
    [InlineData("""{"to":{"name":"Shop"}}""", false)]
    [InlineData("""{"to":["A",{"name":"B"}]}""", false)]
    [InlineData("""{"to":["A",null]}""", false)]
    [InlineData("""{"amount":5}""", false)]
    [InlineData("""{"amount":{"value":{"x":1}}}""", false)]
    public void What_words_cannot_tell_whole_is_known(string detail, bool whole)
    {
        const string Types = """[{"type":"a","schema":{},"words":{"en":"Pay","de":"Zahle {amount.value} an {to}"}}]""";
        var type = DetailTypes.Read(Types).Types.Find("a")!;
        Assert.Equal(whole, type.IsShownWhole(JsonElement.Parse(detail)));
    }

    [Fact]
    public void A_long_list_and_a_long_text_are_not_shown_whole()
    {
        var type = DetailTypes.Read("""[{"type":"a","schema":{},"words":{"en":"{to}"}}]""").Types.Find("a")!;
        foreach (var (count, length) in new[] { (20, 200), (21, 1), (1, 201) })
        {
            var list = string.Join(',', Enumerable.Repeat($"\"{new string('x', length)}\"", count));
            Assert.Equal((count, length) == (20, 200), type.IsShownWhole(JsonElement.Parse($$"""{"to":[{{list}}]}""")));
        }
    }

    /// <summary>RFC 9396 section 5: an object with unknown fields is refused.</summary>
    [Theory]
    [InlineData("""{"properties":{"to":{"properties":{"name":{}}}}}""", false, false)]
    [InlineData("""{"properties":{"to":{}},"additionalProperties":true}""", true, true)]
    [InlineData("""{"properties":{"to":{"items":{"properties":{"name":{}}}},"more":{}}}""", true, true)]
    [InlineData("""{"allOf":[{"properties":{"to":{}}}]}""", true, true)]
    public void Members_that_a_schema_does_not_list_are_refused_unless_it_says_otherwise(string schema, bool more, bool inside)
    {
        var types = """[{"type":"a","schema":SCHEMA,"words":{"en":"x"}}]""".Replace("SCHEMA", schema, StringComparison.Ordinal);
        var type = DetailTypes.Read(types).Types.Find("a")!;
        Assert.True(type.Admits(JsonNode.Parse("""{"to":{"name":"x"}}""")!));
        Assert.Equal(more, type.Admits(JsonNode.Parse("""{"to":{"name":"x"},"more":1}""")!));
        Assert.Equal(inside, type.Admits(JsonNode.Parse("""{"to":{"name":"x","more":1}}""")!));
    }

    [Theory]
    [InlineData("""{"amount":{"value":5},"to":"Shop"}""", "Pay 5 to Shop")]
    [InlineData("""{"amount":{},"to":["A","B"]}""", "Pay \u2013 to A, B")]
    [InlineData("""{"amount":{"value":{"x":1}},"to":"a\nb\u202Ec"}""", "Pay \u2013 to abc")]
    public void Words_show_members_and_a_dash_for_what_is_missing(string detail, string expected)
    {
        var (types, _) = DetailTypes.Read("""[{"type":"a","schema":{},"words":{"en":"Pay {amount.value} to {to}","de":"Zahle"}}]""");
        var type = types.Find("a")!;
        var words = type.WordsIn("fr").Of(JsonElement.Parse(detail));
        Assert.Equal(expected, words.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', words);
        Assert.Equal("Zahle", type.WordsIn("de-AT").Of(JsonElement.Parse(detail)));
    }
}
