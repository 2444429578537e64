using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Data;

namespace AuthServer.Seeding;

/// <summary>What became of a resource that an operator wanted to register.</summary>
public abstract record CreatedResource
{
    private CreatedResource()
    {
    }

    /// <param name="Warnings">Members that have no effect.</param>
    public sealed record Created(RegisteredResource Resource, ImmutableArray<SeedProblem> Warnings) : CreatedResource;

    public sealed record Taken(string Identifier) : CreatedResource;

    public sealed record Refused(ImmutableArray<SeedProblem> Problems) : CreatedResource;
}

/// <summary>Registers one resource that an operator describes in the form of a seed file.</summary>
public sealed class ResourceCreation(AuthDbContext db, ResourceRegistration resources)
{
    public async Task<CreatedResource> CreateAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        var (read, problems) = SeedFileReader.ReadResource(json);
        if (read is null) return new CreatedResource.Refused(problems);
        var resource = read.Resource;
        if (await resources.FindAsync(resource.Identifier, cancellation) is not null) return new CreatedResource.Taken(resource.Identifier);
        resources.Add(resource, "command");
        await db.SaveChangesAsync(cancellation);
        return new CreatedResource.Created(resource, SeedFileReader.Doubts(json, new([], [], []) { Resources = [read] }));
    }
}
