using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Brand;
using AuthServer.Users.Profile;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts;

/// <summary>
/// Opens the browser session of a person who has just proved who they are, or sends them to the second step that must come before.
/// </summary>
public sealed class BrowserSignIn(
    BrowserSessions sessions, BrowserSessionCookie cookie, KnownDevice known, SecondFactorRequirement requirement,
    RememberedDevices devices, RememberedDeviceCookie deviceCookie, FirstSteps firstSteps, FirstStepCookie firstStepCookie,
    ClientDirectory clients, SignInNotice notices, PageLanguage language, ThemeCookie theme, PasskeyOffer offer, LastWayCookie lastWay)
{
    // OpenID Connect Core 3.1.2.1 and 5.5.1.1.
    private static readonly string[] AskingHow = ["acr_values", "claims", "max_age"];

    /// <param name="keep">"Keep me signed in": the cookie outlives the browser.</param>
    /// <param name="first">The page that comes before <paramref name="returnTo"/> where no second step is needed.</param>
    /// <param name="how">Null: by the password.</param>
    /// <param name="able">Whether the device can keep passkeys.</param>
    public async Task<IResult> GoOnAsync(
        HttpContext http, User user, bool keep, ReturnAddress? returnTo, string? first = null, FirstFactor? how = null, bool able = false)
    {
        var factor = how ?? FirstFactor.Password;
        var next = await requirement.OfAsync(user, demanded: false, http.RequestAborted);
        // The device spares the question, and the session says that nothing but the first factor was given.
        if (next == SecondStep.Code && !await AsksAboutSignInAsync(http, returnTo)
            && await devices.TryUseAsync(user, deviceCookie.Read(http), http.RequestAborted))
        {
            next = SecondStep.None;
        }

        if (next == SecondStep.None)
        {
            var anew = await http.GetBrowserSessionAsync() is null;
            await OpenAsync(http, user, [factor.Amr], AuthenticationContext.Password, keep, factor.AuthTime, factor.Provider);
            return PageAnswers.GoOn(
                http,
                // A device that spares the code makes no other way to be spared it.
                first ?? offer.PageFor(http, user, returnTo, able && !user.TwoFactorEnabled, anew)
                    ?? returnTo?.Address ?? ReturnAddress.Home);
        }

        firstStepCookie.Write(http, firstSteps.Seal(firstSteps.New(user, keep, factor, able)));
        var page = next == SecondStep.Enrolment ? PagePaths.SecondFactorSetUp : PagePaths.SecondFactor;
        return PageAnswers.SeeOther(http, ReturnAddress.With(page, returnTo));
    }

    // A code that is added afterwards leaves the time of the sign-in as it is, so max_age=0 would ask for the password without end.
    private async ValueTask<bool> AsksAboutSignInAsync(HttpContext http, ReturnAddress? returnTo) =>
        returnTo is not null
        && (AskingHow.Any(name => returnTo.Asked(http, name) is not null)
            || await returnTo.AppAsync(http, clients) is { RequireSecondFactor: true } or { DefaultMaxAge: not null });

    /// <param name="authTime">UTC; null: now.</param>
    /// <param name="provider">The name of another provider that has proved the person.</param>
    public async Task OpenAsync(
        HttpContext http, User user, IReadOnlyCollection<string> amr, string acr, bool keep, DateTime? authTime = null,
        string? provider = null)
    {
        var caller = Caller.Of(http);
        var notice = notices.For(user, known.IsTrusted(http, user), caller, app: null);
        // A new handle at each sign-in, so that one planted before it is worth nothing.
        var (session, handle) = await sessions.OpenBrowserAsync(
            user, amr, acr, keep, caller, await http.GetBrowserSessionAsync(), http.RequestAborted, authTime,
            notice is null ? null : notice.AddToAsync);
        notice?.Wake();
        cookie.Write(http, handle, keep ? session.AbsoluteExpiresAt : null);
        known.WriteCookie(http, user);
        language.Remember(http, StandardClaims.LocaleOf(user));
        // A person who has chosen none does not change that of the browser.
        if (ThemeCookie.Of(user.Theme) is { } chosen) theme.Write(http.Response, chosen);
        lastWay.Write(http, amr.First(), provider);
    }
}
