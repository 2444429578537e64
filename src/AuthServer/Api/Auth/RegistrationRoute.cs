using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Registration;

namespace AuthServer.Api.Auth;

/// <summary>POST /v1/auth/register: a person makes an account for themselves.</summary>
public static class RegistrationRoute
{
    public static void MapRegistration(this IEndpointRouteBuilder v1) =>
        v1.MapPost(ApiPaths.Register[ApiPaths.Root.Length..], HandleAsync).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        HttpContext http, AccountRegistration registration, RegistrationOptions options, IdempotencyKeys keys, UserDirectory users)
    {
        var caller = Caller.Of(http);
        var (bytes, unreadable) = await JsonBody.ReadBytesAsync(http.Request, http.RequestAborted);
        if (bytes is null) return unreadable!;
        var (body, malformed) = JsonBody.Parse(bytes, RegistrationJson.Default.RegistrationBody);
        if (body is null) return malformed!;
        var (request, badKey) = IdempotencyHeader.Read(http, "POST " + ApiPaths.Register, caller.Address ?? "", bytes);
        if (badKey is not null) return badKey;
        // Because a stored answer would show whether the account was new: here every registration gets the same answer, so a repetition
        // needs no stored one.
        if (!options.RevealsTakenEmail) request = null;
        if (request is not null && await IdempotencyHeader.FindAnswerAsync(request, keys, users, http.RequestAborted) is { } earlier)
        {
            return earlier;
        }

        var account = new NewAccount(body.Email ?? "", body.Password ?? "", body.FirstName, body.LastName);
        return await registration.RegisterAsync(account, caller, http.RequestAborted, request) switch
        {
            RegistrationResult.Created or RegistrationResult.EmailTaken when !options.RevealsTakenEmail =>
                Results.Json(
                    RegistrationAccepted.Answer, RegistrationJson.Default.RegistrationAccepted, statusCode: StatusCodes.Status202Accepted),
            RegistrationResult.Created(var user) => UserAnswer.Created((await users.FindAsync(user.Id, CancellationToken.None))!),
            RegistrationResult.Repeated => (await IdempotencyHeader.FindAnswerAsync(request!, keys, users, http.RequestAborted))!,
            RegistrationResult.EmailTaken => AccountProblems.EmailTaken(),
            RegistrationResult.Refused(var problems, var passwordProblems) =>
                Problem.Unprocessable(AccountRules.Describe(problems, passwordProblems)),
            RegistrationResult.TooManyTries(var wait) => AccountProblems.TooManyTries(wait),
            RegistrationResult.Busy(var wait) => Problem.Busy(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

/// <summary>The body of POST /v1/auth/register.</summary>
public sealed record RegistrationBody
{
    public string? Email { get; init; }

    public string? Password { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }
}

/// <summary>The one answer to every registration where REGISTRATION_REVEALS_TAKEN_EMAIL is false.</summary>
public sealed record RegistrationAccepted(string Status)
{
    internal static readonly RegistrationAccepted Answer = new("accepted");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(RegistrationBody))]
[JsonSerializable(typeof(RegistrationAccepted))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
