using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Api.Auth;

/// <summary>
/// POST /v1/auth/email/confirmation and /confirm: a first-party app lets its person confirm the address, or a new one, by a mail.
/// </summary>
public static class EmailRoutes
{
    public static void MapEmail(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(ApiPaths.EmailConfirmation[ApiPaths.Root.Length..], AskAsync).RequireAuthorization(BearerTokens.Policy);
        v1.MapPost(ApiPaths.ConfirmEmail[ApiPaths.Root.Length..], ConfirmAsync).RequireAuthorization(BearerTokens.Policy);
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, ConfirmationRules rules, EmailConfirmation confirmation, ProofTickets tickets, AuthDbContext db)
    {
        if (!rules.AreProven) return AccountProblems.NoMail();
        if (PersonOf(http, out var refusal) is not { } person) return refusal!;
        var user = await db.Users.AsNoTracking().FirstAsync(u => u.Id == person.UserId, http.RequestAborted);
        if (user.EmailConfirmed) return Results.NoContent();
        return await confirmation.AskAsync(user, Caller.Of(http)) switch
        {
            MailAsk.Accepted(var asked) => MailAccepted.Answer(asked, tickets),
            MailAsk.TooMany(var wait) => AccountProblems.TooManyTries(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext http, EmailConfirmation confirmation, EmailChange change, ProofCheck check, ProofTickets tickets)
    {
        if (PersonOf(http, out var refusal) is not { } person) return refusal!;
        var (body, problem) = await JsonBody.ReadAsync(http.Request, EmailJson.Default.ConfirmEmailBody, http.RequestAborted);
        if (body is null) return problem!;
        var (proof, wrong) = await new MailedProof(body.Token, body.Request, body.Code)
            .FindAsync(http, check, tickets, ProofPurpose.EmailConfirmation, ProofPurpose.EmailChange);
        if (proof is null) return wrong!;
        // Whoever reads a mailbox must not confirm it for an account of somebody else who has typed its address.
        if (proof.UserId != person.UserId) return AccountProblems.CodeEnded();
        var result = proof.Purpose == ProofPurpose.EmailChange
            ? await change.CompleteAsync(http, proof)
            : await confirmation.CompleteAsync(proof, Caller.Of(http)) ? EmailChangeResult.Done : EmailChangeResult.Ended;
        return result switch
        {
            EmailChangeResult.Done => Results.NoContent(),
            EmailChangeResult.Taken => AccountProblems.EmailTaken(),
            _ => AccountProblems.CodeEnded(),
        };
    }

    private static ApiCaller.Person? PersonOf(HttpContext http, out Problem? refusal)
    {
        refusal = ApiCaller.Of(http).RefusalToWriteOwn();
        return refusal is null ? ApiCaller.Of(http) as ApiCaller.Person : null;
    }
}

/// <summary>The body of POST /v1/auth/email/confirm.</summary>
public sealed record ConfirmEmailBody
{
    public string? Request { get; init; }

    public string? Code { get; init; }

    public string? Token { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(ConfirmEmailBody))]
internal sealed partial class EmailJson : JsonSerializerContext;
