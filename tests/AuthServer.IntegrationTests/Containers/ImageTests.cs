using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The Dockerfiles, as far as they can be judged without building an image.</summary>
public sealed class ImageTests
{
    [Fact]
    public void Base_images_are_pinned_to_a_patch_and_both_images_have_the_same()
    {
        string[] tags = ["SDK_TAG", "RUNTIME_TAG"];
        var server = Dockerfile.Server.Arguments;
        Assert.All(tags, tag => Assert.Matches(@"^\d+\.\d+\.\d+-", server[tag]));
        Assert.All(tags, tag => Assert.Equal(server[tag], Dockerfile.ResourceApi.Arguments[tag]));
        Assert.EndsWith("-chiseled-extra", server["RUNTIME_TAG"], StringComparison.Ordinal);
        Assert.All(
            new[] { Dockerfile.Server, Dockerfile.ResourceApi }.SelectMany(file => file.All("FROM")),
            from => Assert.Matches(@"^(--platform=\S+ )?\S+:\$\{(SDK|RUNTIME)_TAG\}( AS \w+)?$|^scratch AS ", from));
        var sdk = JsonElement.Parse(File.ReadAllText(Path.Combine(ServerProcess.Root, "global.json"))).GetProperty("sdk");
        var (wanted, there) = (new Version(sdk.GetProperty("version").GetString()!), new Version(server["SDK_TAG"].Split('-')[0]));
        // rollForward is latestFeature.
        Assert.True(there >= wanted && (there.Major, there.Minor) == (wanted.Major, wanted.Minor), $"{there} for {wanted}");
    }

    [Fact]
    public void Everything_that_is_copied_exists_and_is_sent_to_the_builder()
    {
        var sent = File.ReadLines(Path.Combine(ServerProcess.Root, ".dockerignore"))
            .Where(line => line.StartsWith('!')).Select(line => line[1..]).ToHashSet();
        var copied = new[] { Dockerfile.Server, Dockerfile.ResourceApi }.SelectMany(file => file.All("COPY"))
            .Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal)).SelectMany(copy => copy.Split(' ')[..^1]).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(ServerProcess.Root, path)), path));
        Assert.All(copied, path => Assert.Contains(path.Split('/')[0], sent));
    }

    [Fact]
    public void Every_variable_of_the_image_is_a_setting_of_the_server()
    {
        Assert.Equal([], KnownSettings.Unknown(Dockerfile.Server.Environment.Keys));
        Assert.Contains("DOTNET_GCgen0size", Dockerfile.Server.Environment.Keys);
        Assert.Equal(["RESOURCE_DATA"], KnownSettings.Unknown(Dockerfile.ResourceApi.Environment.Keys));
    }

    [Fact]
    public void The_image_runs_as_a_number_and_ends_by_the_signal_that_drains()
    {
        Assert.All(new[] { Dockerfile.Server, Dockerfile.ResourceApi }, file =>
        {
            // Of a name Kubernetes cannot see that it is not root's.
            Assert.Matches(@"^[1-9]\d*:[1-9]\d*$", file.Single("USER"));
            Assert.Equal("SIGTERM", file.Single("STOPSIGNAL"));
            Assert.Equal("/data", file.Single("VOLUME"));
        });
        Assert.Equal("AuthServer.dll", Cage.Words(Dockerfile.Server.Single("ENTRYPOINT"))[^1]);
        Assert.Contains("org.opencontainers.image.licenses=\"Apache-2.0\"", Dockerfile.Server.Single("LABEL"), StringComparison.Ordinal);
    }
}
