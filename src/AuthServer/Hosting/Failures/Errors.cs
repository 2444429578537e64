using AuthServer.Audit;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Hosting.Failures;

/// <summary>Gives every failure a reference code: the answer shows it, and the log holds the rest under it.</summary>
public sealed partial class Errors(ILogger<Errors> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The caller went away: there is nobody to answer, and nothing went wrong.
        if (httpContext.RequestAborted.IsCancellationRequested) return true;

        var reference = ReferenceCode.Of(httpContext);
        var status = exception switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            _ when IsBusy(exception) => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (status >= 500) LogFailed(log, exception, httpContext.Request.Method, httpContext.Request.Path, reference);
        else LogRefused(log, httpContext.Request.Method, httpContext.Request.Path, status, reference, exception.Message);
        if (status == StatusCodes.Status503ServiceUnavailable) httpContext.Response.Headers.RetryAfter = "5";
        await ErrorAnswer.WriteAsync(httpContext, status);
        return true;
    }

    /// <summary>An answer that is only a status, such as 404 for an unknown path, gets a body.</summary>
    public static Task FillEmptyAsync(HttpContext http)
    {
        var reference = ReferenceCode.Of(http);
        var log = http.RequestServices.GetRequiredService<ILogger<Errors>>();
        LogEmpty(log, http.Request.Method, http.Request.Path, http.Response.StatusCode, reference);
        return ErrorAnswer.WriteAsync(http, http.Response.StatusCode);
    }

    /// <summary>The database is away or overloaded: a retry later may well succeed.</summary>
    private static bool IsBusy(Exception? exception) => exception switch
    {
        null => false,
        NpgsqlException { IsTransient: true } => true,
        SqliteException { SqliteErrorCode: 5 or 6 } => true, // SQLITE_BUSY, SQLITE_LOCKED
        _ => IsBusy(exception.InnerException),
    };

    // The path alone: queries carry codes and hints.
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed, reference {Reference}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path, string reference);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} was refused with {Status}, reference {Reference}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string method, PathString path, int status, string reference, string reason);

    // Debug, because a scanner asks for thousands of pages that do not exist.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} was answered with {Status}, reference {Reference}")]
    private static partial void LogEmpty(ILogger logger, string method, PathString path, int status, string reference);
}
