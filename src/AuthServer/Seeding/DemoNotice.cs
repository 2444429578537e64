using System.Collections.Immutable;

namespace AuthServer.Seeding;

/// <summary>What the console says about the demo: where to begin, who may sign in, and the secrets of its clients.</summary>
public sealed class DemoNotice(DemoApp app)
{
    public ImmutableArray<(string Email, string Password)> People { get; set; } = [];

    public ImmutableArray<(string ClientId, string Secret)> Clients { get; set; } = [];

    /// <summary>Prints nothing where there is no demo.</summary>
    public void Print(TextWriter output)
    {
        if (People.IsEmpty) return;
        output.WriteLine();
        output.WriteLine(
            app.IsOffered ? $"Try it (Development only): open {app.StartAddress} and sign in as" : "Demo people (Development only)");
        foreach (var (email, password) in People) output.WriteLine($"  {email,-20}{password}");
        output.WriteLine("The tokens open the sample API: dotnet run --project src/ResourceApi");
        output.WriteLine("Secrets of the demo's clients, for src/AuthServer/AuthServer.http");
        foreach (var (clientId, secret) in Clients) output.WriteLine($"  {clientId,-20}{secret}");
    }
}
