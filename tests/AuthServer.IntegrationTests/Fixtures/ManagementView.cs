using System.Text.Json;
using AuthServer.Hosting.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>What the management listener of a server in this process would answer: such a server listens nowhere.</summary>
public static class ManagementView
{
    public static async Task<(int Status, string Body)> OfAsync(IServiceProvider server, string path)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = server };
        (http.Request.Method, http.Request.Path, http.Response.Body) = ("GET", path, body);
        await server.GetRequiredService<ManagementAnswers>().AnswerAsync(http);
        return (http.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    /// <summary>Readiness with its details.</summary>
    public static async Task<JsonElement> ReadinessOfAsync(IServiceProvider server) =>
        JsonDocument.Parse((await OfAsync(server, "/health/ready")).Body).RootElement;
}
