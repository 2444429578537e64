using System.Globalization;
using AuthServer.LoadTests.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.LoadTests.Raw;

/// <summary>serve-hello: <c>/N</c> answers with N bytes of JSON; a POST reads its form first.</summary>
internal static class HelloProgram
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{line.Number("port", 5000)}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        var bodies = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        app.Run(async http =>
        {
            if (HttpMethods.IsPost(http.Request.Method)) await http.Request.ReadFormAsync(http.RequestAborted);
            var path = http.Request.Path.Value!;
            byte[]? body;
            lock (bodies)
            {
                if (!bodies.TryGetValue(path, out body)) bodies[path] = body = Body(path);
            }
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }

    private static byte[] Body(string path)
    {
        var size = int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 2, 1 << 20)
            : 16;
        var body = new byte[size];
        Array.Fill(body, (byte)' ');
        body[0] = (byte)'{';
        body[^1] = (byte)'}';
        return body;
    }
}
