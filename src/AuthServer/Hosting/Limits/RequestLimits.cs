using AuthServer.Audit;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Failures;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Hosting.Limits;

/// <summary>How many parts a request may have, and how long its answer may take.</summary>
public static partial class RequestLimits
{
    /// <summary>The largest honest request, an authorization with many resources, has a few dozen.</summary>
    private const int MostParameters = 256;

    private const int LongestName = 256;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddRequestLimits(this IServiceCollection services)
    {
        services.Configure<FormOptions>(forms =>
        {
            forms.ValueCountLimit = MostParameters;
            forms.KeyLengthLimit = LongestName;
            // The body's own limit comes first (Kestrel); nothing is ever written to a file.
            forms.ValueLengthLimit = 64 * 1024;
            forms.MultipartBodyLengthLimit = 64 * 1024;
            forms.MultipartHeadersCountLimit = 8;
            forms.MultipartHeadersLengthLimit = 4 * 1024;
        });
        return services;
    }

    /// <summary>Cancels what takes too long, down to the statement in the database, and answers 503.</summary>
    /// <remarks>
    /// Not the framework's: that one writes its answer under the token that it has just cancelled, and the answer is lost.
    /// </remarks>
    public static void UseRequestTimeout(this IApplicationBuilder app)
    {
        var limit = app.ApplicationServices.GetRequiredService<ServerOptions>().RequestTimeout;
        var log = app.ApplicationServices.GetRequiredService<ILogger<ServerOptions>>();
        app.Use(async (http, next) =>
        {
            var caller = http.RequestAborted;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(caller);
            timeout.CancelAfter(limit);
            http.RequestAborted = timeout.Token;
            try
            {
                await next(http);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !caller.IsCancellationRequested
                && !http.Response.HasStarted)
            {
                http.RequestAborted = caller;
                LogTimeout(log, http.Request.Method, http.Request.Path, limit, ReferenceCode.Of(http));
                http.Response.Clear();
                await ErrorAnswer.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, retryAfter: RetryAfter);
            }
            finally
            {
                http.RequestAborted = caller;
            }
        });
    }

    /// <summary>Forms are counted as they are read; a query is counted here, before it is parsed.</summary>
    public static void UseQueryLimit(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.QueryString.Value.AsSpan().Count('&') < MostParameters
            ? next(http)
            : ErrorAnswer.WriteAsync(http, StatusCodes.Status400BadRequest, $"The query has more than {MostParameters} parameters."));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} took longer than {Limit}, reference {Reference}")]
    private static partial void LogTimeout(ILogger logger, string method, PathString path, TimeSpan limit, string reference);
}
