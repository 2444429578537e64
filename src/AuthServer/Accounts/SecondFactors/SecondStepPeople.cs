using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>Who is at a page of the second step.</summary>
/// <param name="Step">The first factor of a person who is not signed in yet.</param>
/// <param name="Session">The session of a person who is signed in, with one factor perhaps.</param>
public sealed record SecondStepPerson(User User, FirstStep? Step, BrowserSession? Session)
{
    /// <summary>Goes through the form, so that it counts for no other sign-in that has begun in the same browser meanwhile.</summary>
    public string Id => (Step?.Id ?? Session!.Id).ToString("N");

    /// <summary>What was given already, in the words of RFC 8176.</summary>
    public IReadOnlyCollection<string> Given => Session is null ? [Step!.Amr] : Session.Amr;

    /// <summary>A passkey stands for the code that a change of the second factor takes.</summary>
    public bool HasUsedPasskey => Session is not null && FreshProof.IsByPasskey(Session.Acr, Session.Amr);

    /// <summary>A code by mail is none: the person may give a stronger one later.</summary>
    public bool HasGivenCode => Session is not null && FreshProof.IsStrong(Session.Acr, Session.Amr);
}

/// <summary>Finds who is at a page of the second step, and opens the session once the step is done.</summary>
public sealed class SecondStepPeople(
    FirstSteps steps, FirstStepCookie cookie, AccountLookup accounts, BrowserSignIn browserSignIn, PasskeyOffer offer)
{
    private static readonly string[] SecondFactor = [AuthenticationMethods.OneTimeCode, AuthenticationMethods.SeveralFactors];

    /// <summary>A person who has just given the first factor.</summary>
    public async Task<SecondStepPerson?> OfFirstStepAsync(HttpContext http) =>
        await steps.OpenAsync(cookie.Read(http), ofApp: false, http.RequestAborted) is var (step, user) ? new(user, step, null) : null;

    /// <summary>A person who is signed in.</summary>
    public async Task<SecondStepPerson?> OfSessionAsync(HttpContext http) =>
        await http.GetBrowserSessionAsync() is { } session
        && await accounts.FindAsync(session.UserId, session.Id, http.RequestAborted) is { } user
            ? new(user, null, session)
            : null;

    /// <summary>The person whom the form was made for; null when they are not at this browser any more.</summary>
    public async Task<SecondStepPerson?> OfFormAsync(HttpContext http, string id)
    {
        if (await OfFirstStepAsync(http) is { } first && first.Id == id) return first;
        return await OfSessionAsync(http) is { } signedIn && signedIn.Id == id ? signedIn : null;
    }

    /// <summary>Where a person goes on once the second step is done.</summary>
    /// <param name="person">As they were before.</param>
    public string NextOf(HttpContext http, SecondStepPerson person, ReturnAddress? returnTo) =>
        (person.Step is { } step ? offer.PageFor(http, person.User, returnTo, step.Able, anew: true) : null)
        ?? returnTo?.Address ?? ReturnAddress.Home;

    /// <summary>Opens the session that says what was done; one that stands is renewed, with the time of its password.</summary>
    /// <param name="by">How the second step was done (RFC 8176); null: by a code.</param>
    /// <returns>False when the first step was used meanwhile.</returns>
    public async Task<bool> TryFinishAsync(HttpContext http, SecondStepPerson person, IEnumerable<string>? by = null)
    {
        if (person.Step is { } step)
        {
            if (!await steps.TryUseAsync(step)) return false;
            cookie.Delete(http);
        }

        // What was mailed before counts no more beside a stronger factor.
        var given = person.Given.Where(word => word != AuthenticationMethods.SeveralChannels).Union(by ?? SecondFactor);
        await browserSignIn.OpenAsync(
            http, person.User, [.. given], AuthenticationContext.SecondFactor,
            person.Step?.Keep ?? person.Session!.Persistent, person.Step is { } first ? first.AuthTime : person.Session!.AuthTime,
            person.Step?.Provider);
        return true;
    }
}
