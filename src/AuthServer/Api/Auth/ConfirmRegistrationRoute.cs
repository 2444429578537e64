using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;

namespace AuthServer.Api.Auth;

/// <summary>POST /v1/auth/register/confirm: makes the account that was asked for, with the code or the link of the mail.</summary>
public static class ConfirmRegistrationRoute
{
    public static void MapConfirmRegistration(this IEndpointRouteBuilder v1) =>
        v1.MapPost(ApiPaths.ConfirmRegistration[ApiPaths.Root.Length..], HandleAsync).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        HttpContext http, PendingAccounts pending, ProofCheck check, ProofTickets tickets, UserDirectory users)
    {
        var (body, problem) = await JsonBody.ReadAsync(
            http.Request, ConfirmRegistrationJson.Default.ConfirmRegistrationBody, http.RequestAborted);
        if (body is null) return problem!;
        var (proof, refusal) = await new MailedProof(body.Token, body.Request, body.Code)
            .FindAsync(http, check, tickets, ProofPurpose.Registration);
        if (proof is null) return refusal!;
        var made = body.Token is null
            ? await pending.CompleteAsync(proof, Caller.Of(http))
            : await pending.CompleteAsync(proof, body.Password ?? "", Caller.Of(http), http.RequestAborted);
        return made switch
        {
            RegistrationResult.Created(var user) => UserAnswer.Created((await users.FindAsync(user.Id, CancellationToken.None))!),
            RegistrationResult.EmailTaken => AccountProblems.EmailTaken(),
            RegistrationResult.Refused(_, var problems) => Problem.Unprocessable(AccountRules.Describe([], problems)),
            RegistrationResult.Busy(var wait) => Problem.Busy(wait),
            RegistrationResult.Ended => AccountProblems.CodeEnded(),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

/// <summary>The body of POST /v1/auth/register/confirm.</summary>
public sealed record ConfirmRegistrationBody
{
    public string? Request { get; init; }

    public string? Code { get; init; }

    public string? Token { get; init; }

    public string? Password { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(ConfirmRegistrationBody))]
internal sealed partial class ConfirmRegistrationJson : JsonSerializerContext;
