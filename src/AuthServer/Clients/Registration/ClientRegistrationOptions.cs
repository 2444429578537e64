using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Clients.Registration;

public enum ClientRegistrationMode
{
    Closed,
    Token,
    Open,
}

/// <summary>Whether clients may register themselves (RFC 7591), and how far.</summary>
public sealed class ClientRegistrationOptions : ICheckedSettings
{
    private const string ScopesKey = "CLIENT_REGISTRATION_SCOPES";

    /// <summary>
    /// closed: clients come from the operator alone. token: who has an initial access token, made with AuthServer registration-tokens
    /// create, may register a client. open: everybody may, within the limits; people see that nobody knows the app.
    /// </summary>
    [Setting("CLIENT_REGISTRATION")]
    public ClientRegistrationMode Mode { get; set; }

    /// <summary>
    /// The scopes that a client which registers or describes itself can have: standard scopes of those that it names, and every scope of an
    /// API that is listed here. People are asked for each.
    /// </summary>
    [Setting(ScopesKey)]
    public IReadOnlyList<string> Scopes { get; set; } = ["openid", "profile", "email", "offline_access"];

    /// <summary>With open: how many clients that have registered themselves there may be at once.</summary>
    [Setting("CLIENT_REGISTRATION_MOST", Minimum = 1, Maximum = 1_000_000)]
    public int Most { get; set; } = 1000;

    /// <summary>After how long a client that has registered or described itself, and that nobody uses, is deleted.</summary>
    [Setting("CLIENT_REGISTRATION_UNUSED", Shortest = "1h", Longest = "365d")]
    public TimeSpan Unused { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether the assertions of clients that register themselves may name the token endpoint as their audience, as libraries do that are
    /// older than RFC 10070. Otherwise a client has to say so itself, by client_assertion_audience.
    /// </summary>
    [Setting("CLIENT_REGISTRATION_TOKEN_ENDPOINT_AUDIENCE")]
    public bool TakesTokenEndpointAudience { get; set; }

    /// <summary>
    /// How long an access lasts that a person allows a client which has registered or described itself: then its sessions have ended, and
    /// the person is asked again. The consent page and /account/apps show the day. A new value counts for what is allowed after it.
    /// </summary>
    [Setting("CLIENT_REGISTRATION_CONSENT_LIFETIME", Shortest = "1h", Longest = "365d")]
    public TimeSpan ConsentLifetime { get; set; } = TimeSpan.FromDays(30);

    public bool IsOn => Mode != ClientRegistrationMode.Closed;

    /// <returns>When what a person allows now ends; null for a client of the operator, where the person ends it.</returns>
    public DateTime? EndOfConsent(RegisteredClient client, DateTime now) => client.IsSelfRegistered ? now + ConsentLifetime : null;

    public void Check(SettingProblems problems)
    {
        foreach (var scope in Scopes)
        {
            if (!ScopeNames.IsValid(scope)) problems.Add(ScopesKey, $"\"{scope}\" is not a scope name", "separate names by commas");
            // Each is a right over accounts, which nobody has given to an app that nobody knows.
            else if (scope is ScopeNames.AccountWrite or ScopeNames.UsersRead or ScopeNames.UsersWrite)
            {
                problems.Add(ScopesKey, $"{scope} is for clients of the operator", "take it away");
            }
        }
    }
}
