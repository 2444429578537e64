namespace AuthServer.Users.SignIn;

/// <summary>Under which name the wrong codes of a device are counted where the account is known by its address alone.</summary>
public sealed class DeviceNames(KnownDevice known, AccountLookup accounts)
{
    /// <returns>Null where the account has never signed in there; then nothing is asked.</returns>
    public async Task<string?> OfAsync(HttpContext http, string email) =>
        known.Read(http, email) is { } mark ? mark.NameFor(await accounts.FindAsync(email, http.RequestAborted)) : null;

    /// <summary>The person is signed in; what they prove may be another address than that of the account.</summary>
    public async Task<string?> OfAsync(HttpContext http, Guid person) =>
        await accounts.FindAsync(person, http.RequestAborted) is { } user ? known.Read(http, user) : null;
}
