using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.JsonApi;

namespace AuthServer.Protocol.Registration;

/// <summary>POST /connect/register (RFC 7591), and GET, PUT and DELETE of what is registered (RFC 7592).</summary>
public static class RegistrationRoutes
{
    private const string Own = ProtocolPaths.Registration + "/{clientId}";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IServiceCollection AddClientRegistration(this IServiceCollection services) => services
        .AddScoped<SelfRegistration>().AddScoped<OwnRegistration>().AddSingleton<SoftwareStatements>();

    public static void MapClientRegistration(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<ClientRegistrationOptions>().IsOn) return;
        routes.MapPost(ProtocolPaths.Registration, RegisterAsync);
        routes.MapGet(Own, ReadAsync);
        routes.MapPut(Own, ReplaceAsync);
        routes.MapDelete(Own, DeleteAsync);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, SelfRegistration registration, IssuerOptions issuer)
    {
        var bearer = BearerScheme.Read(http.Request.Headers.Authorization);
        if (await ReadBodyAsync(http) is not { } asked) return Answer(http, issuer, NoObject);
        return Answer(http, issuer, await registration.RegisterAsync(
            asked, bearer.Presented, bearer.Token, Caller.Of(http), http.RequestAborted));
    }

    private static async Task<IResult> ReadAsync(string clientId, HttpContext http, OwnRegistration registration, IssuerOptions issuer) =>
        Answer(http, issuer, await registration.ReadAsync(clientId, TokenOf(http), Caller.Of(http), http.RequestAborted));

    private static async Task<IResult> ReplaceAsync(string clientId, HttpContext http, OwnRegistration registration, IssuerOptions issuer)
    {
        if (await ReadBodyAsync(http) is not { } asked) return Answer(http, issuer, NoObject);
        return Answer(http, issuer, await registration.ReplaceAsync(clientId, asked, TokenOf(http), Caller.Of(http), http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(string clientId, HttpContext http, OwnRegistration registration, IssuerOptions issuer) =>
        Answer(http, issuer, await registration.DeleteAsync(clientId, TokenOf(http), Caller.Of(http), http.RequestAborted));

    private static RegistrationResult.Refused NoObject { get; } =
        new(MetadataProblem.InvalidMetadata, $"The body must be a JSON object as application/json, of {JsonBody.MaxSize} bytes at most.");

    private static string? TokenOf(HttpContext http) => BearerScheme.Read(http.Request.Headers.Authorization).Token;

    private static async Task<JsonObject?> ReadBodyAsync(HttpContext http)
    {
        var (bytes, _) = await JsonBody.ReadBytesAsync(http.Request, http.RequestAborted);
        return bytes is null ? null : StrictJson.ReadObject(bytes);
    }

    private static IResult Answer(HttpContext http, IssuerOptions issuer, RegistrationResult result)
    {
        http.Response.Headers.CacheControl = "no-store";
        switch (result)
        {
            case RegistrationResult.Registered registered:
                return Results.Text(
                    JsonOf(registered, issuer).ToJsonString(Plain), "application/json",
                    statusCode: registered.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            case RegistrationResult.Deleted:
                return Results.NoContent();
            case RegistrationResult.Refused(var error, var description):
                return Error(StatusCodes.Status400BadRequest, error, description);
            case RegistrationResult.Unauthorized(var presented):
                http.Response.Headers.WWWAuthenticate = BearerScheme.Challenge(presented ? "invalid_token" : null);
                return Error(StatusCodes.Status401Unauthorized, "invalid_token", "A token that is valid for this is required.");
            case RegistrationResult.Wait(var time):
                http.Response.Headers.RetryAfter = Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return Error(
                    StatusCodes.Status429TooManyRequests, "temporarily_unavailable",
                    "There are too many registrations, or requests about them. Try again later.");
            default:
                throw new InvalidOperationException($"Unknown result {result}");
        }
    }

    private static IResult Error(int status, string error, string description) => Results.Text(
        new JsonObject { ["error"] = error, ["error_description"] = description }.ToJsonString(Plain), "application/json",
        statusCode: status);

    // RFC 7591 section 3.2.1, RFC 7592 section 3: everything that is registered.
    private static JsonObject JsonOf(RegistrationResult.Registered registered, IssuerOptions issuer)
    {
        var json = new JsonObject
        {
            ["client_id"] = registered.ClientId,
            ["client_id_issued_at"] = new DateTimeOffset(registered.RegisteredAt, TimeSpan.Zero).ToUnixTimeSeconds(),
            ["registration_access_token"] = registered.Token,
            ["registration_client_uri"] = $"{issuer.IssuerText}{ProtocolPaths.Registration}/{registered.ClientId}",
        };
        if (registered.Secret is not null)
        {
            json["client_secret"] = registered.Secret;
            json["client_secret_expires_at"] = 0;
        }
        foreach (var (name, value) in registered.Metadata) json[name] = value?.DeepClone();
        // RFC 7591 section 3.2.1: as it came.
        if (registered.Statement is not null) json[SoftwareStatements.Member] = registered.Statement;
        return json;
    }
}
