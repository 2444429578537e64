using System.Diagnostics;

namespace AuthServer.Telemetry;

/// <summary>Spans that say what the server decided and why. Nothing is made while nobody records traces.</summary>
/// <remarks>
/// Values are words of this program and ids of clients. Never a token, code, password, address of a person, or text that a caller chose.
/// </remarks>
public static class Decisions
{
    public const string Name = "AuthPlatform";

    public const string Outcome = "authplatform.outcome", Refusal = "authplatform.refusal", RateLimit = "authplatform.rate_limit";
    public const string GrantType = "oauth.grant_type", Error = "oauth.error";
    public const string ClientId = "oauth.client.id", ClientType = "oauth.client.type";

    private static readonly ActivitySource Source = new(Name);

    public static bool AreRecorded => Source.HasListeners();

    /// <returns>Null while nobody records.</returns>
    public static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>On the span that is open, which is at least that of the request.</summary>
    public static void Note(string name, string value) => Activity.Current?.SetTag(name, value);

    /// <summary>A refusal is a decision, and no failure of the server: the span's status stays unset.</summary>
    public static void End(this Activity? span, string outcome) => span?.SetTag(Outcome, outcome);
}
