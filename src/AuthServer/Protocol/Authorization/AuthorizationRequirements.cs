using System.Collections.Immutable;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.SecondFactors;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>What an authorization request asks about the person, apart from scopes.</summary>
/// <param name="Prompts">OpenID Connect Core 3.1.2.1 and Initiating User Registration 1.0.</param>
/// <param name="MaxAge">Longest time since the person proved who they are; from the request or the client's registration.</param>
/// <param name="Subjects">Who it must be: the id_token_hint's subject, the <c>claims</c> parameter's <c>sub</c>.</param>
/// <param name="EssentialAcr">Of the <c>claims</c> parameter (OpenID Connect Core 5.5.1.1).</param>
public sealed record RequestFacts(
    ImmutableArray<string> Prompts, TimeSpan? MaxAge, ImmutableArray<string> Subjects, ImmutableArray<string> EssentialAcr)
{
    /// <summary>The <c>acr_values</c> parameter, without what is none of this server's.</summary>
    /// <remarks>
    /// OpenID Connect Core 3.1.2.1 makes them a wish, so values that no sign-in here could mean are ignored. RFC 9470 section 5 makes the
    /// others a condition.
    /// </remarks>
    public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <summary>The client is registered to want a second factor.</summary>
    public bool ClientWantsSecondFactor { get; init; }

    /// <summary>SECOND_FACTOR is not off.</summary>
    public bool OffersSecondFactor { get; init; }

    /// <summary>A person may be sent to sign in with a passkey, which reaches as much on a server that asks nobody for codes.</summary>
    public bool OffersPasskey { get; init; }

    /// <summary>The token is to change accounts, which a code by mail is too weak for (<see cref="FreshProof"/>).</summary>
    public bool ChangesAccounts { get; init; }

    public bool Has(string prompt) => Prompts.Contains(prompt);
}

/// <summary>What must happen before the request can be granted.</summary>
public abstract record Requirement
{
    private Requirement()
    {
    }

    /// <summary>Nothing: the person is known.</summary>
    public sealed record None : Requirement;

    /// <summary>A page: sign in, choose an account, create one.</summary>
    public sealed record Page(string Path, string? Reason = null) : Requirement;

    /// <summary>It cannot be granted (OpenID Connect Core 3.1.2.6).</summary>
    public sealed record Refuse(string Error, string Description) : Requirement;
}

/// <summary>Decides who must sign in again, in the order that OpenID Connect Core 3.1.2.3 gives.</summary>
public static class AuthorizationRequirements
{
    /// <summary>The reason of <see cref="PagePaths.SecondFactor"/> for a person who is signed in with less than was asked for.</summary>
    public const string StepUp = "step-up";

    /// <summary>What is answered where <see cref="CanBeReached"/> says no.</summary>
    public static readonly Requirement.Refuse Unreachable = new(
        "unmet_authentication_requirements", "No sign-in here reaches the acr that was asked for.");

    /// <summary>The reason of <see cref="PagePaths.SignIn"/> where a passkey alone reaches what was asked for.</summary>
    public const string ByPasskey = "passkey";

    /// <summary>What the page is told of the reason.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> QueryFor(string? reason) => reason switch
    {
        null => [],
        ByPasskey => [new("prompt", PromptValues.Login), new("with", ByPasskey)],
        _ => [new("prompt", reason)],
    };

    private static readonly TimeSpan WayBack = TimeSpan.FromSeconds(10);

    /// <summary>Whether the person has signed in since they were first sent to a page for this request.</summary>
    public static bool SignedInFor(Interaction? mark, BrowserSession session) => mark is not null && session.AuthTime >= mark.At;

    public static Requirement Decide(RequestFacts request, BrowserSession? session, Interaction? mark, DateTime now)
    {
        var silent = request.Has(PromptValues.None);
        // A sign-in after the person was sent to the page answers every question about who they are.
        var signedInSince = session is not null && SignedInFor(mark, session);

        // Who comes back in another session has signed in or up, even where the proof behind it, at another provider, is older.
        var isNewSession = session is not null && mark is not null && mark.Session != session.Id;

        if (request.Has("create") && !signedInSince && !isNewSession) return new Requirement.Page(PagePaths.CreateAccount);
        if (session is null)
        {
            return silent
                ? new Requirement.Refuse(OAuthErrors.LoginRequired, "Nobody is signed in, and prompt=none asks for no page.")
                : new Requirement.Page(PagePaths.SignIn);
        }

        if (request.Has(PromptValues.Login) && !signedInSince) return new Requirement.Page(PagePaths.SignIn, PromptValues.Login);
        if (request.Has(PromptValues.SelectAccount) && !signedInSince && mark?.Session != session.Id)
        {
            return new Requirement.Page(PagePaths.SignIn, PromptValues.SelectAccount);
        }

        // The sign-in for this request counts by its own time too; the way back from the page takes a moment, which max_age=0 must not
        // count.
        if (request.MaxAge is { } maxAge && now - session.AuthTime > (signedInSince && maxAge < WayBack ? WayBack : maxAge))
        {
            return silent
                ? new Requirement.Refuse(OAuthErrors.LoginRequired, "The sign-in is older than max_age allows.")
                : new Requirement.Page(PagePaths.SignIn, PromptValues.Login);
        }

        // OpenID Connect Core 3.1.2.2: if the hint names another person than the one signed in, no code is issued.
        if (request.Subjects.Any(s => s != session.UserId.ToString()))
        {
            return silent || signedInSince
                ? new Requirement.Refuse(OAuthErrors.LoginRequired, "Another person is signed in than the one that was asked for.")
                : new Requirement.Page(PagePaths.SignIn, PromptValues.SelectAccount);
        }

        if (IsReached(request, session.Acr, AskedOf(request, session))) return new Requirement.None();
        // OpenID Connect Core 5.5.1.1 and RFC 9470 section 5: what no sign-in here can reach is a failed sign-in.
        if (!CanBeReached(request)) return Unreachable;
        if (request.OffersSecondFactor)
        {
            return silent
                ? new Requirement.Refuse(OAuthErrors.LoginRequired, "A second factor is missing, and prompt=none asks for no page.")
                : new Requirement.Page(PagePaths.SecondFactor, StepUp);
        }

        // Who has just signed in without the passkey has none at hand.
        return silent || signedInSince ? Unreachable : new Requirement.Page(PagePaths.SignIn, ByPasskey);
    }

    /// <summary>Whether any sign-in here has what the request asks for.</summary>
    public static bool CanBeReached(RequestFacts request)
    {
        var best = request.OffersSecondFactor || request.OffersPasskey
            ? AuthenticationContext.SecondFactor
            : AuthenticationContext.Password;
        return IsReached(request, best, best);
    }

    /// <summary>What the session counts for where the request itself asks for a class, as the challenge of /v1 does.</summary>
    private static string? AskedOf(RequestFacts request, BrowserSession session) =>
        request.ChangesAccounts && !FreshProof.IsStrong(session.Acr, session.Amr) && session.Acr is not null
            ? AuthenticationContext.Password
            : session.Acr;

    private static bool IsReached(RequestFacts request, string? acr, string? asked) =>
        Meets(request.EssentialAcr, asked) && Meets(request.AcrValues, asked)
        && (!request.ClientWantsSecondFactor || AuthenticationContext.Satisfies(acr, AuthenticationContext.SecondFactor));

    private static bool Meets(ImmutableArray<string> asked, string? acr) =>
        asked.IsEmpty || asked.Any(one => AuthenticationContext.Satisfies(acr, one));
}
