using AuthServer.Configuration;

namespace AuthServer.Protocol.Assertions;

/// <summary>Whose assertions about people are taken (RFC 7523, identity assertions).</summary>
public sealed class AssertionOptions : ICheckedSettings
{
    private const string Key = "ASSERTION_ISSUERS";

    /// <summary>
    /// A JSON list of the issuers whose signed assertions about people clients may exchange for access tokens, without the person at a
    /// screen; each with issuer, jwks or jwks_uri, subject (email or connection), clients and scopes. Whoever has their keys is everybody
    /// whom they may name. Absent: none. docs/assertions.md has an example.
    /// </summary>
    [Setting(Key)]
    public string? Text { get; set; }

    public IReadOnlyDictionary<string, AssertionIssuer> Issuers { get; private set; } = new Dictionary<string, AssertionIssuer>();

    public void Check(SettingProblems problems)
    {
        if (string.IsNullOrWhiteSpace(Text)) return;
        Issuers = JsonListSetting.Read(
            Key, Text, "write a JSON list as docs/assertions.md has it", problems, AssertionIssuer.Read, issuer => issuer.Issuer)
            ?? Issuers;
    }
}
