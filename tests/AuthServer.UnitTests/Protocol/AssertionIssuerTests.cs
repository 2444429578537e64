using System.Text.Json;
using AuthServer.Protocol.Assertions;

namespace AuthServer.UnitTests.Protocol;

/// <summary>ASSERTION_ISSUERS: how the account is found that an assertion is about.</summary>
public sealed class AssertionIssuerTests
{
    [Theory]
    [InlineData("email", SubjectMapping.Email)]
    [InlineData("Connection", SubjectMapping.Connection)]
    public void The_mapping_is_a_word(string word, SubjectMapping mapping) => Assert.Equal(mapping, Read($"\"{word}\"").Issuer!.Subject);

    /// <summary>A number of an enumeration would be a mapping that nobody has named, or none at all.</summary>
    [Theory]
    [InlineData("\"0\"")]
    [InlineData("\"1\"")]
    [InlineData("\"7\"")]
    [InlineData("\"email,connection\"")]
    [InlineData("\" email\"")]
    [InlineData("\"\"")]
    [InlineData("0")]
    [InlineData("null")]
    public void Nothing_else_is(string json) =>
        Assert.EndsWith("needs subject: email or connection", Read(json).Fault, StringComparison.Ordinal);

    private static (AssertionIssuer? Issuer, string? Fault) Read(string subject) => AssertionIssuer.Read(JsonElement.Parse(
        $$"""
        {
          "issuer": "https://idp.example.test", "subject": {{subject}}, "jwks_uri": "https://idp.example.test/keys",
          "clients": ["agent"], "scopes": ["notes:read"]
        }
        """));
}
