using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Audit;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.JsonApi;

/// <summary>An error of the JSON API: RFC 9457 problem+json that tells the caller what to do, and nothing about users or secrets.</summary>
/// <param name="Kind">A word for programs; it ends the problem's <c>type</c> and never changes.</param>
/// <param name="Detail">What to do, for the developer who reads it.</param>
public sealed record Problem(int Status, string Kind, string Detail) : IResult
{
    public const string MediaType = "application/problem+json";

    private const string TypePrefix = "urn:authplatform:problem:";

    /// <summary>What is wrong with each member of the body, or with each parameter of the query.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The WWW-Authenticate header (RFC 9110 section 11.6.1, RFC 6750 section 3).</summary>
    public string? Challenge { get; init; }

    /// <summary>What the same address takes with the next step of a sign-in: the member <c>challenge</c>.</summary>
    public string? NextStep { get; init; }

    /// <summary>The methods of a 405 (RFC 9110 section 10.2.1).</summary>
    public string? Allow { get; init; }

    /// <summary>The media types of a patch, in a 415 (RFC 5789 section 2.2).</summary>
    public string? AcceptPatch { get; init; }

    public static Problem BadRequest(string member, string wrong) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", $"{member}: {wrong}")
    {
        Errors = new Dictionary<string, string[]> { [member] = [wrong] },
    };

    /// <summary>The request is well-formed, and what it says cannot be done (RFC 9110 section 15.5.21).</summary>
    public static Problem Unprocessable(IReadOnlyDictionary<string, string[]> errors) =>
        new(
            StatusCodes.Status422UnprocessableEntity, "invalid-value",
            "Some values are not accepted; errors says which and why.") { Errors = errors };

    public static Problem TooManyRequests(TimeSpan retryAfter, string detail) =>
        new(StatusCodes.Status429TooManyRequests, "too-many-requests", detail) { RetryAfter = retryAfter };

    public static Problem Busy(TimeSpan retryAfter) =>
        new(
            StatusCodes.Status503ServiceUnavailable, "busy",
            "The server is very busy. Try again after the seconds in Retry-After.") { RetryAfter = retryAfter };

    /// <summary>RFC 6750 section 3: without an error code when the request carried no token at all.</summary>
    public static Problem Unauthorized(string detail, string? error = null) =>
        new(StatusCodes.Status401Unauthorized, "unauthorized", detail)
    {
        Challenge = BearerScheme.Challenge(error),
    };

    public static Problem Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static Problem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", detail);

    public static Problem MethodNotAllowed(string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"This address answers to {allow}.") { Allow = allow };

    /// <summary>The problem of a status that ASP.NET Core or a limit has set, where nothing more is known.</summary>
    public static Problem OfStatus(int status, string? detail = null) => status switch
    {
        StatusCodes.Status404NotFound => NotFound(detail ?? "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new(
            status, "method-not-allowed", detail
                ?? "This address does not answer to this method; the header Allow names those it answers to."),
        StatusCodes.Status429TooManyRequests =>
            new(status, "too-many-requests", detail ?? "There were too many requests. Try again after the seconds in Retry-After."),
        StatusCodes.Status503ServiceUnavailable =>
            new(status, "busy", detail ?? "The server is very busy. Try again after the seconds in Retry-After."),
        >= 500 =>
            new(status, Word(status), detail
                ?? "Something went wrong on our side. Try again; if it happens again, tell the people who run this server the reference."),
        _ => new(status, Word(status), detail ?? "The server could not accept this request."),
    };

    /// <summary>Status and headers, for an answer in another form as well.</summary>
    public void WriteHead(HttpResponse response)
    {
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (Challenge is not null) response.Headers.WWWAuthenticate = Challenge;
        if (Allow is not null) response.Headers.Allow = Allow;
        if (AcceptPatch is not null) response.Headers["Accept-Patch"] = AcceptPatch;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        WriteHead(response);
        response.ContentType = MediaType;
        var body = new ProblemBody(
            TypePrefix + Kind, ReasonPhrases.GetReasonPhrase(Status), Status, Detail, Errors, NextStep, ReferenceCode.Of(httpContext));
        await JsonSerializer.SerializeAsync(response.Body, body, ProblemJson.Default.ProblemBody, httpContext.RequestAborted);
    }

    private static string Word(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '-');
}

/// <summary>
/// The members of problem+json (RFC 9457 section 3.1), and ours: errors by member, the challenge of a second step, and the reference code
/// of the log and the audit trail.
/// </summary>
public sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, IReadOnlyDictionary<string, string[]>? Errors, string? Challenge,
    string Reference);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext;
