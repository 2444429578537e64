using System.Globalization;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Hosting.Failures;

/// <summary>One error in the form that the caller reads: a page for a browser, RFC 9457 problem+json for a program.</summary>
public static class ErrorAnswer
{
    public static Task WriteAsync(HttpContext http, int status, string? detail = null, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        IResult answer = IsBrowser(http.Request)
            ? new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>
            {
                [nameof(ErrorPage.Model)] = new ErrorModel { StatusCode = status, Reference = ReferenceCode.Of(http), Text = detail ?? Text(status) },
            })
            { StatusCode = status }
            : new Problem(status, Kind(status), detail ?? Advice(status));
        return answer.ExecuteAsync(http);
    }

    private static bool IsBrowser(HttpRequest request) =>
        !request.Path.StartsWithSegments("/v1") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static string Text(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is no page at this address. Check it, or go back to the app you came from.",
        StatusCodes.Status403Forbidden => "Your account may not open this page.",
        StatusCodes.Status429TooManyRequests => "There were too many requests from here. Wait a minute, then try again.",
        StatusCodes.Status503ServiceUnavailable => "The server is very busy. Wait a few seconds, then try again.",
        >= 500 => "Something went wrong on our side. Try again; if it happens again, tell the people who run this server the reference below.",
        _ => "The server could not accept this request. Go back and try again.",
    };

    private static string Kind(int status) => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant().Replace(' ', '-');

    private static string Advice(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not answer to this method; the header Allow names those it answers to.",
        StatusCodes.Status429TooManyRequests => "There were too many requests. Try again after the seconds in Retry-After.",
        StatusCodes.Status503ServiceUnavailable => "The server is very busy. Try again after the seconds in Retry-After.",
        >= 500 => "Something went wrong on our side. Try again; if it happens again, tell the people who run this server the reference.",
        _ => "The server could not accept this request.",
    };
}
