using AuthServer.Accounts.SecondFactors;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>
/// Who proves a mailbox in this browser: a person who is signed in, or one who has given the password and must set up a second factor next.
/// </summary>
/// <param name="InSignIn">The sign-in is not over yet.</param>
internal sealed record Confirmer(Guid UserId, string Email, bool EmailConfirmed, bool InSignIn)
{
    public static async Task<Confirmer?> FindAsync(HttpContext http)
    {
        if (await http.GetBrowserSessionAsync() is { } session)
        {
            return new(session.UserId, session.Email, session.EmailConfirmed, InSignIn: false);
        }

        return await http.RequestServices.GetRequiredService<SecondStepPeople>().OfFirstStepAsync(http) is { User: var user }
            ? new(user.Id, user.Email!, user.EmailConfirmed, InSignIn: true)
            : null;
    }

    /// <summary>
    /// Whoever reads a mailbox must not confirm it, or give it, to an account of somebody else who has typed its address.
    /// </summary>
    public bool IsOf(AccountProof proof) => UserId == proof.UserId;

    /// <summary>Where the person goes on; null: nowhere in particular.</summary>
    public string? Next(ReturnAddress? returnTo) =>
        InSignIn ? ReturnAddress.With(PagePaths.SecondFactorSetUp, returnTo) : returnTo?.Address;
}
