using System.Text.Json;
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
