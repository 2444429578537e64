using System.Text.RegularExpressions;
using AuthServer.Commands;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using AuthServer.Protocol.Discovery;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using Quartz;

namespace AuthServer.UnitTests.Architecture;

/// <summary>The map in src/AuthServer/README.md against the built server.</summary>
public sealed partial class MapTests
{
    [Fact]
    public void Every_file_that_the_map_names_exists() => Assert.Equal([], CodeMap.Missing());

    [Fact]
    public async Task Every_route_is_on_the_map_and_no_other()
    {
        var (mapped, protocol) = await RoutesOfTheServerAsync();
        var onTheMap = CodeMap.Routes("Route -> file").ToHashSet();
        var paths = onTheMap.Select(route => route.Split(' ')[1]).ToHashSet();
        Assert.Equal([], mapped.Where(route => !onTheMap.Contains(route)).Order());
        Assert.Equal([], protocol.Where(path => !paths.Contains(path)).Order());
        Assert.Equal([], onTheMap.Where(route => !mapped.Contains(route) && !protocol.Contains(route.Split(' ')[1])).Order());
    }

    [Fact]
    public void Every_file_that_is_named_as_an_entry_is_on_the_map() => AllIn("Route -> file",
        from file in Sources.Under("src/AuthServer")
        where EntryName().IsMatch(file.Path)
        where !CodeMap.Files("Limit -> file").Contains(file.Path)
        select file.Path);

    [Fact]
    public void Every_job_is_on_the_map() => AllIn("Job -> file", FilesOf(type =>
        !type.IsNested && (typeof(IJob).IsAssignableFrom(type) || typeof(IHostedService).IsAssignableFrom(type))));

    [Fact]
    public void Every_options_class_is_on_the_map() => AllIn("Configuration -> options class", FilesOf(EnvironmentVariables.All.Contains));

    [Fact]
    public void Every_command_is_on_the_map()
    {
        AllIn("Command -> file", FilesOf(type => type.Namespace == typeof(HelpCommand).Namespace
            && type.Name.EndsWith("Command", StringComparison.Ordinal)));
        var text = string.Join('\n', CodeMap.Section("Command -> file"));
        var program = File.ReadAllText(Path.Combine(Sources.Root, "src", "AuthServer", "Program.cs"));
        Assert.Equal(
            [], CommandWord().Matches(program).Select(match => match.Groups[1].Value)
                .Where(word => !text.Contains('`' + word, StringComparison.Ordinal)
            && !text.Contains($"`{word} ", StringComparison.Ordinal)));
    }

    private static void AllIn(string heading, IEnumerable<string> files)
    {
        var there = CodeMap.Files(heading).ToHashSet();
        var wanted = files.Distinct().ToList();
        Assert.NotEmpty(wanted);
        Assert.Equal([], wanted.Where(file => !there.Contains(file)).Order());
    }

    /// <summary>The files that declare the server's classes of some kind.</summary>
    private static IEnumerable<string> FilesOf(Func<Type, bool> kind) =>
        from type in typeof(WebHost).Assembly.GetTypes()
        where type is { IsClass: true, Namespace: not null } && kind(type)
        select Sources.Under("src/AuthServer")
            .First(file => file.Lines.Any(line => Regex.IsMatch(line, $@"\bclass {Regex.Escape(type.Name)}\b"))).Path;

    /// <summary>
    /// The endpoints of the built server ("GET /signin"), and the paths that OpenIddict answers. Nothing listens and no database is opened.
    /// </summary>
    private static async Task<(HashSet<string> Mapped, HashSet<string> Protocol)> RoutesOfTheServerAsync()
    {
        var data = Directory.CreateTempSubdirectory("map");
        try
        {
            await using var app = WebHost.Build(
                [
                    $"--AUTHSERVER_DATA={data.FullName}", "--urls=http://127.0.0.1:5080", "--environment=Development",
                    "--SIGNIN_METHODS=password,passkey,email", "--SESSION_MANAGEMENT=true", "--CLIENT_REGISTRATION=open",
                    "--UPSTREAM_PROVIDERS=corp", "--UPSTREAM_CORP_ISSUER=https://login.corp.example", "--UPSTREAM_CORP_CLIENT_ID=map",
                ],
                HostPurpose.Serve);
            var mapped =
                from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
                where method is not ("HEAD" or "OPTIONS")
                select $"{method} /{PlainPattern().Replace(endpoint.RoutePattern.RawText!.Trim('/'), "{$1}")}";

            // The signing keys are in the database, which this test does not have; the addresses come from the other parts.
            var options = new OpenIddictServerOptions();
            foreach (
                var part in app.Services.GetServices<IConfigureOptions<OpenIddictServerOptions>>().Where(part => part is not ServerKeys))
            {
                part.Configure(options);
            }

            // OpenIddict's own looks for the keys.
            foreach (var part in app.Services.GetServices<IPostConfigureOptions<OpenIddictServerOptions>>()
                .Where(part => part.GetType().Namespace?.StartsWith("OpenIddict", StringComparison.Ordinal) is not true))
            {
                part.PostConfigure(Options.DefaultName, options);
            }

            var protocol = new[]
            {
                options.AuthorizationEndpointUris, options.TokenEndpointUris, options.UserInfoEndpointUris,
                options.IntrospectionEndpointUris,
                options.RevocationEndpointUris, options.EndSessionEndpointUris, options.ConfigurationEndpointUris,
                options.JsonWebKeySetEndpointUris,
                options.DeviceAuthorizationEndpointUris, options.EndUserVerificationEndpointUris, options.PushedAuthorizationEndpointUris,
            };
            return ([.. mapped], [.. protocol.SelectMany(uris => uris).Select(uri => "/" + uri.OriginalString.Trim('/'))]);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex PlainPattern();

    [GeneratedRegex(@"(Endpoint|Pages|Routes?)\.cs$")]
    private static partial Regex EntryName();

    [GeneratedRegex("""\["(\w+)["]""")]
    private static partial Regex CommandWord();
}
