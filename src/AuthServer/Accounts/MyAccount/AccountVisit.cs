using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Controls;
using AuthServer.Users.Administration;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Accounts.MyAccount;

/// <summary>A request for a page about an account, by the person who is signed in.</summary>
internal sealed record AccountVisit(HttpContext Http, BrowserSession Session)
{
    private const string DoneParameter = "done";

    public AccountChip Chip => PageAnswers.Chip(Session)!;

    public Guid UserId => Session.UserId;

    public Caller Caller => Caller.Of(Http);

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The person as the one who acts.</summary>
    public AccountActor.Person Person => new(UserId, Session.Id, IsAdmin: false, Session.AuthTime, ClientId: null, Caller);

    /// <summary>What <see cref="GoTo"/> has said, if this version knows the word.</summary>
    public AccountDone Done
    {
        get
        {
            var word = Http.Request.Query[DoneParameter].ToString();
            return Array.Find(Enum.GetValues<AccountDone>(), done => done != AccountDone.None && WordOf(done) == word);
        }
    }

    /// <summary>Why the last way in stays, and what the person can do.</summary>
    public AccountProblem LastWayIn =>
        Get<SignInMethodOptions>().Password ? AccountProblem.LastWayIn : AccountProblem.LastWayInWithoutPasswords;

    public T Get<T>() where T : notnull => Http.RequestServices.GetRequiredService<T>();

    public IResult Page<TPage>(AccountPageModel model, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        PageAnswers.Page<TPage>(Http, model, status, model.RetryAfter);

    /// <summary>The page that says what was done, so that loading it again does not do it again.</summary>
    public IResult GoTo(string path, AccountDone done) =>
        PageAnswers.SeeOther(Http, done == AccountDone.None ? path : AddressOf(path, done));

    public static string AddressOf(string path, AccountDone done) => path + QueryString.Create(DoneParameter, WordOf(done));

    /// <summary>Asks for a new sign-in, after which the person comes back.</summary>
    /// <returns>Null when the last one is recent enough.</returns>
    public IResult? SignInAgainFor(string path) => SignInAgain.IfNeeded(Http, Session, Get<TimeProvider>(), path);

    /// <summary>Asks for what a change of a way in needs: a new sign-in or the strongest factor; the person then comes back.</summary>
    /// <returns>Null when nothing is owed.</returns>
    public Task<IResult?> ProveAgainForAsync(string path) =>
        SignInAgain.IfWeakAsync(Http, Session, ReturnAddress.ToAuthorization(path));

    /// <summary>Asks for the confirmation of the address, after which the person comes back.</summary>
    /// <returns>Null when it is not needed.</returns>
    public IResult? ConfirmFirstFor(string path) =>
        ConfirmFirst.IfNeeded(Http, Session.EmailConfirmed, ReturnAddress.ToAuthorization(path));

    /// <summary>After a change of the password: this browser stays known, and all others are new ones.</summary>
    public async Task StayKnownAsync()
    {
        if (await Get<AccountLookup>().FindAsync(UserId, Session.Id, CancellationToken.None) is { } user)
        {
            Get<KnownDevice>().WriteCookie(Http, user);
        }
    }

    private static string WordOf(AccountDone done) => done switch
    {
        AccountDone.Saved => "saved",
        AccountDone.PasswordChanged => "password",
        AccountDone.PasswordRemoved => "password-removed",
        AccountDone.PasskeyAdded => "passkey",
        AccountDone.PasskeyRemoved => "passkey-removed",
        AccountDone.SessionEnded => "session",
        AccountDone.OtherSessionsEnded => "others",
        AccountDone.AppWithdrawn => "app",
        AccountDone.SecondFactorOff => "second-factor-off",
        AccountDone.Connected => "connected",
        AccountDone.Disconnected => "disconnected",
        AccountDone.Proved => "proved",
        _ => throw new ArgumentOutOfRangeException(nameof(done)),
    };
}
