using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>Our resource server, published, which accepts the tokens of one issuer.</summary>
internal sealed class ResourceApiServer(string issuer) : Contender("resource-api", "ResourceApi, published with ReadyToRun")
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loadtests-api-").FullName;

    public override bool HasPasswords => false;

    public override async Task StartAsync(Stage stage)
    {
        var program = await stage.ApiAsync();
        Process = Child.Start(Cores.Server, "dotnet", [program],
        [
            ("ASPNETCORE_URLS", $"http://{Host}"), ("ASPNETCORE_ENVIRONMENT", "Production"), ("API_BASE_URL", issuer),
                ("RESOURCE_URL", Cast.Api), ("RESOURCE_DATA", _folder),
        ], bare: true);
        await Process.WaitUntilAsync("ResourceApi listens", () => Child.ListensAsync(Port), Patience);
    }

    public override Task<string> SignInAsync(HttpConnection connection, int person) =>
        throw new CannotRunException("nobody signs in at an API");

    protected override void CleanUp() => Directory.Delete(_folder, recursive: true);
}
