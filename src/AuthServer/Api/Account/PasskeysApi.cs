using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Account;

/// <summary>A passkey in JSON.</summary>
/// <param name="Name">Empty where neither the person nor the provider has given one.</param>
/// <param name="Provider">Where it is kept, if that is known.</param>
/// <param name="Synced">The person has it on several devices.</param>
public sealed record PasskeyDocument(
    Guid Id, string Name, string? Provider, Guid? Aaguid, bool Synced, DateTime CreatedAt, DateTime? LastUsedAt)
{
    /// <summary>Once, with a new passkey of a person who must give a second factor and has no codes.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    internal static PasskeyDocument Of(Passkey row, PasskeyProviders providers) => new(
        row.Id, row.Name, providers.NameOf(row.Aaguid), row.Aaguid, row.IsBackupEligible, row.CreatedAt, row.LastUsedAt);
}

/// <summary>The passkeys of a person in JSON.</summary>
public sealed record PasskeysDocument(IReadOnlyList<PasskeyDocument> Passkeys);

/// <summary>The body of PATCH /v1/account/passkeys/{id}.</summary>
public sealed record PasskeyNameBody
{
    public required string Name { get; init; }
}

/// <summary>/v1/account/passkeys: lists, names, removes; <see cref="NewPasskeyApi"/> adds.</summary>
internal static class PasskeysApi
{
    public static async Task<IResult> ListAsync(HttpContext http, PersonPasskeys passkeys, PasskeyProviders providers)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        var found = await passkeys.ListAsync(person.UserId, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new([.. found.Select(row => PasskeyDocument.Of(row, providers))]), PasskeyJson.Default.PasskeysDocument);
    }

    public static async Task<IResult> RenameAsync(HttpContext http, string id, PersonPasskeys passkeys)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        var (bytes, unread) = await JsonBody.ReadPatchAsync(http.Request, http.RequestAborted);
        if (bytes is null) return unread!;
        var (body, malformed) = JsonBody.Parse(bytes, PasskeyJson.Default.PasskeyNameBody);
        if (body is null) return malformed!;
        if (body.Name.Trim() is not { Length: > 0 and <= PasskeyRules.MostNameLength } name)
        {
            return Problem.Unprocessable(new Dictionary<string, string[]> { ["name"] = ["must have 1 to 100 characters."] });
        }

        return Guid.TryParseExact(id, "D", out var passkey)
            && await passkeys.RenameAsync(person.UserId, passkey, name, http.RequestAborted)
            ? Results.NoContent()
            : NotFound();
    }

    public static async Task<IResult> RemoveAsync(HttpContext http, string id, PersonPasskeys passkeys, TimeProvider time)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if ((person.RefusalToWriteOwn() ?? StepUp.RefusalForWayIn(person, time)) is { } refusal) return refusal;
        if (!Guid.TryParseExact(id, "D", out var passkey)) return NotFound();
        return await passkeys.RemoveAsync(person.UserId, passkey, person.SessionId, Caller.Of(http), CancellationToken.None) switch
        {
            PasskeyRemoval.Removed => Results.NoContent(),
            PasskeyRemoval.LastWayIn => new Problem(
                StatusCodes.Status409Conflict, "last-way-in",
                http.RequestServices.GetRequiredService<SignInMethodOptions>().Password
                    ? "This passkey is the only way into the account. The person sets a password, or adds another passkey, first."
                    : "This passkey is the only way into the account. The person confirms the e-mail address, or adds another passkey, "
                        + "first."),
            _ => NotFound(),
        };
    }

    // One of another person is as if it were not there.
    private static Problem NotFound() => Problem.NotFound("There is no such passkey.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PasskeysDocument))]
[JsonSerializable(typeof(PasskeyNameBody))]
internal sealed partial class PasskeyJson : JsonSerializerContext;
