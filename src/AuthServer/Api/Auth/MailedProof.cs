using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Auth;

/// <summary>What a mail brought to the app: the token of its link, or its code with the request that the app was answered.</summary>
internal sealed record MailedProof(string? Token, string? Request, string? Code)
{
    /// <returns>The open proof, or what is wrong.</returns>
    public async Task<(AccountProof? Proof, Problem? Problem)> FindAsync(
        HttpContext http, ProofCheck check, ProofTickets tickets, params ProofPurpose[] purposes)
    {
        switch (this)
        {
            case { Token: { } token, Request: null, Code: null }:
                return await check.FindAsync(token, http.RequestAborted, purposes) is { } found
                    ? (found, null)
                    : (null, AccountProblems.CodeEnded());
            case { Token: null, Request: { } request, Code: { } code }:
                if (tickets.Open(request, purposes) is not { } asked) return (null, AccountProblems.CodeEnded());
                var devices = http.RequestServices.GetRequiredService<DeviceNames>();
                // A new address is none that the app knows: its person, who calls with a token, is.
                var device = asked.Purpose == ProofPurpose.EmailChange && ApiCaller.Of(http) is ApiCaller.Person person
                    ? await devices.OfAsync(http, person.UserId)
                    : await devices.OfAsync(http, asked.Email);
                return await check.TryCodeAsync(asked, code, Caller.Of(http), http.RequestAborted, device) switch
                {
                    CodeCheck.Right(var proof) => (proof, null),
                    CodeCheck.Wrong => (null, AccountProblems.WrongCode()),
                    CodeCheck.Ended => (null, AccountProblems.CodeEnded()),
                    CodeCheck.TooManyTries(var wait) => (null, AccountProblems.TooManyTries(wait)),
                    var other => throw new InvalidOperationException($"Unknown result {other}"),
                };
            default:
                return (null, Problem.BadRequest(JsonBody.Whole, "must have token, or both request and code."));
        }
    }
}
