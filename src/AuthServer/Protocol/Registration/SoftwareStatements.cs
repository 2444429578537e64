using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.PublicKeys;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Outbound;

namespace AuthServer.Protocol.Registration;

/// <summary>
/// Software statements (RFC 7591 section 2.3): metadata that somebody whom the operator trusts has signed for a client. They say what the
/// client may say itself, and no more; many instances of a program present the same one.
/// </summary>
public sealed partial class SoftwareStatements
{
    public const string Member = "software_statement";

    /// <summary>RFC 7591 section 3.2.2.</summary>
    public const string Invalid = "invalid_software_statement", Unapproved = "unapproved_software_statement";

    private const int Longest = 12 * 1024;

    private readonly SoftwareStatementOptions _options;
    private readonly IssuerOptions _issuer;
    private readonly TimeProvider _time;
    private readonly PublishedKeys _keys;

    public SoftwareStatements(
        SoftwareStatementOptions options, IssuerOptions issuer, SafeHttp http, TimeProvider time, ILogger<SoftwareStatements> log)
    {
        (_options, _issuer, _time) = (options, issuer, time);
        _keys = new(http, time, (address, fault) => LogNotFetched(log, address, fault));
    }

    /// <summary>Puts what the statement of a registration says in the place of what the client says (section 3.1.1).</summary>
    /// <returns>The statement as it came, or why it is refused; neither where there is none.</returns>
    public async ValueTask<(string? Statement, RegistrationResult.Refused? Refusal)> ApplyAsync(JsonObject asked, CancellationToken stop)
    {
        if (asked[Member] is not { } node) return (null, null);
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || SignedText.Read(text, Longest) is not { } signed)
        {
            return (null, new(Invalid, "The software_statement is not a signed JWT."));
        }

        // One text for an issuer that is not registered, and for a statement without one.
        if (SignedText.Text(signed.Payload, "iss") is not { } iss || !_options.Issuers.TryGetValue(iss, out var issuer))
        {
            return (null, new(Unapproved, "The software_statement is by no issuer whose statements this server takes."));
        }

        if (FaultOf(signed) is { } fault) return (null, new(Invalid, fault));
        if (!await _keys.HaveSignedAsync(issuer.Keys, signed, stop))
        {
            return (null, new(Invalid, "The software_statement is not signed by a key of its issuer."));
        }

        foreach (var claim in signed.Payload.EnumerateObject().Where(claim => RegistrationRules.Members.Contains(claim.Name)))
        {
            asked[claim.Name] = JsonNode.Parse(claim.Value.GetRawText());
        }

        return (text, null);
    }

    private string? FaultOf(SignedText text)
    {
        var (claims, now) = (text.Payload, _time.GetUtcNow());
        if (!ClientSignatures.Algorithms.Contains(text.Algorithm)) return "The software_statement has an algorithm that is not accepted.";
        if (text.Header.TryGetProperty("crit", out _)) return "The software_statement has extensions (crit) that are not known here.";
        // What the issuer has signed for another purpose is none.
        if (text.Header.TryGetProperty("typ", out _) && SignedText.Text(text.Header, "typ") is not ("JWT" or "jwt"))
        {
            return "The typ of a software_statement is JWT.";
        }
        if (claims.TryGetProperty("exp", out _) && !(ClaimTimes.Of(claims, "exp") + ClaimTimes.Skew > now))
        {
            return "The software_statement has expired.";
        }
        if (ClaimTimes.IsAhead(claims, "nbf", now) || ClaimTimes.IsAhead(claims, "iat", now))
        {
            return "The software_statement is not valid yet (nbf, iat).";
        }
        return !claims.TryGetProperty("aud", out var audience) || IsForUs(audience)
            ? null : $"The aud of a software_statement is {_issuer.IssuerText}, or is left out.";
    }

    private bool IsForUs(JsonElement audience) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString() == _issuer.IssuerText,
        JsonValueKind.Array => audience.EnumerateArray().Any(
            one => one.ValueKind == JsonValueKind.String && one.GetString() == _issuer.IssuerText),
        _ => false,
    };

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The keys of an issuer of software statements cannot be fetched from {Address}: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, Uri address, string fault);
}
