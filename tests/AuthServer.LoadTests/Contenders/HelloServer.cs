using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>Kestrel that answers every GET and form POST with a body of the asked size: what no ASP.NET Core server can exceed.</summary>
internal sealed class HelloServer() : Contender("hello", "Kestrel answering the same verb with a body of the same size, and nothing else")
{
    public override bool HasPasswords => false;

    public override async Task StartAsync(Stage stage)
    {
        Process = Child.Start(
            Cores.Server, Environment.ProcessPath!, [.. Cores.Host(), "serve-hello", "--port", $"{Port}"],
            [("ASPNETCORE_ENVIRONMENT", "Production")]);
        await Process.WaitUntilAsync("Kestrel listens", () => Child.ListensAsync(Port), Patience);
    }

    public override Task<string> SignInAsync(HttpConnection connection, int person) => throw new CannotRunException("nobody signs in here");
}
