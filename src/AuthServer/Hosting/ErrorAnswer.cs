using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Hosting;

/// <summary>One error in the form that the caller reads: a page for a browser, RFC 9457 problem+json for a program.</summary>
public static class ErrorAnswer
{
    public static Task WriteAsync(HttpContext http, int status, string reference, string? detail = null)
    {
        IResult answer = IsBrowser(http.Request)
            ? new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>
            {
                [nameof(ErrorPage.Model)] = new ErrorModel { StatusCode = status, Reference = reference, Text = detail ?? Text(status) },
            })
            { StatusCode = status }
            : Results.Problem(statusCode: status, detail: detail, extensions: new Dictionary<string, object?> { ["reference"] = reference });
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
}
