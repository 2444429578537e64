using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Api.Account;

/// <summary>What navigator.credentials.create() is called with, in an answer.</summary>
/// <param name="Options">PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 section 5.1.8).</param>
/// <param name="State">Goes back with the credential, once.</param>
/// <param name="ExpiresIn">In seconds.</param>
public sealed record PasskeyOptionsDocument(JsonElement Options, string State, int ExpiresIn);

/// <summary>The body of POST /v1/account/passkeys.</summary>
public sealed record NewPasskeyBody
{
    public required string State { get; init; }

    /// <summary>RegistrationResponseJSON (WebAuthn Level 3 section 5.1), as toJSON() of the credential gives it.</summary>
    public required JsonElement Credential { get; init; }
}

/// <summary>
/// POST /v1/account/passkeys/options and /v1/account/passkeys: an app of the operator lets its person make a passkey. The app must be one
/// to which the device lets the domain of this server: an origin of its own counts for no passkey here.
/// </summary>
internal static class NewPasskeyApi
{
    public static async Task<IResult> AskAsync(HttpContext http, PersonPasskeys passkeys)
    {
        var (user, person, refusal) = await PersonAsync(http);
        if (user is null) return refusal!;
        var asked = await passkeys.AskAsync(
            http, PersonPasskeys.AppOf(person!.SessionId, person.Client.ClientId), user.Id, user.Email!,
            BrowserSession.NameOf(user.FirstName, user.LastName));
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new(JsonElement.Parse(asked.OptionsJson), asked.State, (int)PasskeyRules.Life.TotalSeconds),
            NewPasskeyJson.Default.PasskeyOptionsDocument);
    }

    public static async Task<IResult> AddAsync(HttpContext http, PersonPasskeys passkeys, PasskeyProviders providers, FirstCodes codes)
    {
        var (user, person, refusal) = await PersonAsync(http);
        if (user is null) return refusal!;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, NewPasskeyJson.Default.NewPasskeyBody, http.RequestAborted);
        if (body is null) return malformed!;
        var (outcome, row) = await passkeys.AddByAppAsync(
            http, body.State, body.Credential.GetRawText(), user.Id, person!.SessionId, person.Client.ClientId, Caller.Of(http));
        if (row is not null)
        {
            http.Response.Headers.CacheControl = "no-store";
            var first = await codes.AddAsync(user.Id, Caller.Of(http), person.SessionId);
            return Results.Json(
                PasskeyDocument.Of(row, providers) with { RecoveryCodes = first }, NewPasskeyJson.Default.PasskeyDocument,
                statusCode: StatusCodes.Status201Created);
        }

        return outcome == PasskeyAddition.TooMany
            ? new Problem(
                StatusCodes.Status409Conflict, "too-many-passkeys",
                $"The account has {PasskeyRules.MostPerAccount} passkeys already. The person removes one first.")
            : Problem.Unprocessable(new Dictionary<string, string[]>
            {
                ["credential"] = ["answers no challenge of this session, which counts once and for six minutes: ask for new options."],
            });
    }

    /// <summary>The person who may add a way in: through a first-party app, after a recent sign-in with the strongest factor.</summary>
    private static async Task<(User? User, ApiCaller.Person? Person, IResult? Refusal)> PersonAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var found = await SecondFactorsApi.PersonAsync(http, person =>
            (services.GetRequiredService<PasskeyRules>().ArePossible ? null : Problem.NotFound("This server has no passkeys."))
            ?? StepUp.RefusalForWayIn(person, services.GetRequiredService<TimeProvider>()));
        return found.User is { EmailConfirmed: false } && services.GetRequiredService<ConfirmationRules>().AreProven
            ? (null, null, SecondFactorsApi.Unconfirmed) : found;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PasskeyOptionsDocument))]
[JsonSerializable(typeof(NewPasskeyBody))]
[JsonSerializable(typeof(PasskeyDocument))]
internal sealed partial class NewPasskeyJson : JsonSerializerContext;
