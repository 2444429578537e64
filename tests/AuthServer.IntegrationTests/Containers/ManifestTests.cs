using AuthServer.IntegrationTests.Starting;
using YamlDotNet.Core;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>docker/kubernetes, read as strictly as an API server reads it.</summary>
public sealed class ManifestTests : KubernetesRules
{
    public static TheoryData<string> Files => [.. Manifests.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_manifest_has_only_fields_that_Kubernetes_knows(string file) => Assert.NotEmpty(Manifests.Load(Manifests.Read(file)));

    [Theory]
    [InlineData("deployment.yaml", "readOnlyRootFilesystem:", "readonlyRootFilesystem:")]
    [InlineData("deployment.yaml", "  terminationGracePeriodSeconds:", "  terminationGracePeriod:")]
    [InlineData("deployment.yaml", "containerPort: 5080", "containerPort: http")]
    [InlineData("deployment.yaml", "defaultMode: 288", "defaultMode: 288\n            defaultMode: 256")]
    [InlineData("hpa.yaml", "averageUtilization:", "averageUtilisation:")]
    [InlineData("poddisruptionbudget.yaml", "maxUnavailable:", "maxUnavailble:")]
    [InlineData("networkpolicy.yaml", "podSelector:", "podselector:")]
    [InlineData("servicemonitor.yaml", "interval:", "scrapeInterval:")]
    [InlineData("kustomization.yaml", "resources:", "ressources:")]
    public void A_misspelt_field_is_found(string file, string field, string misspelt)
    {
        var text = Manifests.Read(file);
        Assert.Contains(field, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => Manifests.Load(text.Replace(field, misspelt, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_variable_that_the_server_does_not_know_is_found() => Assert.Equal(
        ["DATABSE_URL_FILE", "TOTAL", "OTEL_PROPAGATORS"], KnownSettings.Unknown(
            ["DATABSE_URL_FILE", "API_BASE_URL", "TOTAL", "SECRET_KEY_FILE", "OTEL_PROPAGATORS", "OTEL_BSP_SCHEDULE_DELAY"]));

    [Fact]
    public void Every_manifest_but_the_example_is_deployed()
    {
        var listed = Manifests.Files.Where(Manifests.IsKustomization).SelectMany(file => Manifests.Kustomization(file).Resources
            .Select(resource => Path.Combine(Path.GetDirectoryName(file)!, resource)));
        Assert.Equal(Manifests.Files.Where(file => !Manifests.IsKustomization(file) && file != Manifests.Example), listed.Order());
    }

    [Fact]
    public void Kustomize_gives_the_image_this_version()
    {
        var version = File.ReadAllText(Path.Combine(ServerProcess.Root, "VERSION")).Trim();
        Assert.All(
            Manifests.Files.Where(Manifests.IsKustomization).Select(file => Assert.Single(Manifests.Kustomization(file).Images)),
            image => Assert.Equal(("authplatform/authserver", version), (image.Name, image.NewTag)));
    }

    protected override Task<IReadOnlyList<object>> LoadAsync() => Task.FromResult(Manifests.All);
}
