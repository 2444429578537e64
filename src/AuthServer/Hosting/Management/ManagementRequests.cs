using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Hosting.Management;

/// <summary>Each request of the management listener, without the pipeline of the public one.</summary>
internal sealed partial class ManagementRequests(ManagementAnswers answers, IServiceProvider services, ILogger log)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        new DefaultHttpContext(contextFeatures) { RequestServices = services };

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await answers.AnswerAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        catch (Exception e)
        {
            LogFailure(log, e);
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request of the management listener failed.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
