using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.JsonApi;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Auth;

/// <summary>
/// POST /v1/auth/password/forgotten and /reset: a first-party app lets a person choose a new password by a code or a link from a mail.
/// </summary>
public static class PasswordResetRoutes
{
    public static void MapPasswordReset(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(ApiPaths.ForgottenPassword[ApiPaths.Root.Length..], AskAsync).AllowAnonymous();
        v1.MapPost(ApiPaths.ResetPassword[ApiPaths.Root.Length..], ResetAsync).AllowAnonymous();
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, MailSetup mail, SignInMethodOptions methods, PasswordReset reset, ProofTickets tickets,
        KnownDevice known)
    {
        if (!methods.Password) return AccountProblems.NoPasswords();
        if (!mail.IsOn) return AccountProblems.NoMail();
        var (body, problem) = await JsonBody.ReadAsync(http.Request, PasswordResetJson.Default.ForgottenPasswordBody, http.RequestAborted);
        if (body is null) return problem!;
        var email = (body.Email ?? "").Trim();
        var errors = AccountRules.Describe(AccountRules.Problems(email, null, null), []);
        if (errors.Count > 0) return Problem.Unprocessable(errors);
        return await reset.AskAsync(email, Caller.Of(http), http.RequestAborted, known.Read(http, email)) switch
        {
            MailAsk.Accepted(var asked) => MailAccepted.Answer(asked, tickets),
            MailAsk.TooMany(var wait) => AccountProblems.TooManyTries(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static async Task<IResult> ResetAsync(
        HttpContext http, SignInMethodOptions methods, PasswordReset reset, ProofCheck check, ProofTickets tickets,
        KnownDevice known)
    {
        if (!methods.Password) return AccountProblems.NoPasswords();
        var (body, problem) = await JsonBody.ReadAsync(http.Request, PasswordResetJson.Default.ResetPasswordBody, http.RequestAborted);
        if (body is null) return problem!;
        var (proof, refusal) = await new MailedProof(body.Token, body.Request, body.Code)
            .FindAsync(http, check, tickets, ProofPurpose.PasswordReset, ProofPurpose.OperatorReset);
        if (proof is null) return refusal!;
        var result = await reset.SetAsync(
            proof, body.Password ?? "", Caller.Of(http), http.RequestAborted, removeAdded: body.RemoveAdded ?? false);
        if (result is ResetResult.Done(var before, var now)) known.StayKnown(http, before, now);
        return result switch
        {
            ResetResult.Done => Results.NoContent(),
            ResetResult.Refused(var problems) => Problem.Unprocessable(AccountRules.Describe([], problems)),
            ResetResult.Busy(var wait) => Problem.Busy(wait),
            ResetResult.Ended => AccountProblems.CodeEnded(),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

/// <summary>The body of POST /v1/auth/password/forgotten.</summary>
public sealed record ForgottenPasswordBody
{
    public string? Email { get; init; }
}

/// <summary>The body of POST /v1/auth/password/reset.</summary>
public sealed record ResetPasswordBody
{
    public string? Token { get; init; }

    public string? Request { get; init; }

    public string? Code { get; init; }

    public string? Password { get; init; }

    /// <summary>Whether the ways in go that were added to the account in the last seven days.</summary>
    public bool? RemoveAdded { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(ForgottenPasswordBody))]
[JsonSerializable(typeof(ResetPasswordBody))]
internal sealed partial class PasswordResetJson : JsonSerializerContext;
