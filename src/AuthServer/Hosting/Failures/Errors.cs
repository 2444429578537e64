using AuthServer.Audit;
using AuthServer.Data.Connection;
using AuthServer.Keys;
using Microsoft.AspNetCore.Diagnostics;

namespace AuthServer.Hosting.Failures;

/// <summary>Gives every failure a reference code: the answer shows it, and the log holds the rest under it.</summary>
public sealed partial class Errors(ILogger<Errors> log, PoolRenewal pool) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The caller closed the connection; this is no fault of the server.
        if (httpContext.RequestAborted.IsCancellationRequested) return true;

        var reference = ReferenceCode.Of(httpContext);
        if (DatabaseFault.Of(exception) is { } fault)
        {
            pool.After(exception);
            // The cure is all that is needed: a stack trace for each request would bury it.
            LogUnavailable(log, httpContext.Request.Method, httpContext.Request.Path, reference, fault.Cure);
            await ErrorAnswer.WriteAsync(httpContext, StatusCodes.Status503ServiceUnavailable, retryAfter: fault.RetryAfter);
            return true;
        }

        if (exception is SigningUnavailableException away)
        {
            LogUnavailable(log, httpContext.Request.Method, httpContext.Request.Path, reference, away.Message);
            await ErrorAnswer.WriteAsync(
                httpContext, StatusCodes.Status503ServiceUnavailable, retryAfter: SigningUnavailableException.RetryAfter);
            return true;
        }

        var status = exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
        if (status >= 500) LogFailed(log, exception, httpContext.Request.Method, httpContext.Request.Path, reference);
        else LogRefused(log, httpContext.Request.Method, httpContext.Request.Path, status, reference, exception.Message);
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

    // The path alone: queries carry codes and hints.
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed, reference {Reference}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path, string reference);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} was answered with 503, reference {Reference}: {Cure}")]
    private static partial void LogUnavailable(ILogger logger, string method, PathString path, string reference, string cure);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} was refused with {Status}, reference {Reference}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string method, PathString path, int status, string reference, string reason);

    // Debug, because a scanner asks for thousands of pages that do not exist.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} was answered with {Status}, reference {Reference}")]
    private static partial void LogEmpty(ILogger logger, string method, PathString path, int status, string reference);
}
