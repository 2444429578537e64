using AuthServer.Configuration;
using AuthServer.Hosting.Management;
using AuthServer.IntegrationTests.Starting;
using k8s.Models;
using YamlDotNet.Core;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>docker/kubernetes: strictly read, and in accord with the server and the image.</summary>
public sealed class KubernetesTests
{
    private static readonly V1Deployment Deployment = Manifests.All.OfType<V1Deployment>().Single();
    private static readonly V1Container Server = Deployment.Spec.Template.Spec.Containers.Single();

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
    public void Every_manifest_but_the_example_is_deployed()
    {
        var listed = Manifests.Files.Where(file => Path.GetFileName(file) == "kustomization.yaml")
            .SelectMany(file => Manifests.Load(Manifests.Read(file)).Cast<Kustomization>().Single().Resources
                .Select(resource => Path.Combine(Path.GetDirectoryName(file)!, resource)));
        Assert.Equal(
            Manifests.Files.Where(file => Path.GetFileName(file) is not ("kustomization.yaml" or "secret.example.yaml")).Order(),
            listed.Order());
    }

    [Fact]
    public void The_image_is_of_this_version_everywhere()
    {
        var version = File.ReadAllText(Path.Combine(ServerProcess.Root, "VERSION")).Trim();
        Assert.All(Manifests.Pods(Manifests.All), pod => Assert.Equal($"authplatform/authserver:{version}", Image(pod.Pod)));
        Assert.All(
            Manifests.All.OfType<Kustomization>().SelectMany(k => k.Images),
            image => Assert.Equal(("authplatform/authserver", version), (image.Name, image.NewTag)));

        static string Image(V1PodTemplateSpec pod) => pod.Spec.Containers.Single().Image;
    }

    [Fact]
    public void Every_variable_is_a_setting_of_the_server() => Assert.All(
        Manifests.Pods(Manifests.All),
        pod => Assert.Equal([], KnownSettings.Unknown(Manifests.Environment(pod.Pod.Spec.Containers.Single(), Manifests.All).Keys)));

    [Fact]
    public void A_variable_that_the_server_does_not_know_is_found() => Assert.Equal(
        ["DATABSE_URL_FILE", "TOTAL"], KnownSettings.Unknown(["DATABSE_URL_FILE", "API_BASE_URL", "TOTAL", "SECRET_KEY_FILE"]));

    [Fact]
    public void Pods_keep_the_restricted_profile() => Assert.All(Manifests.Pods(Manifests.All), pod => PodRules.AssertRestricted(pod.Pod));

    [Fact]
    public void The_server_has_the_specified_resources()
    {
        var resources = Server.Resources;
        Assert.Equal(("512Mi", "250m"), (resources.Requests["memory"].ToString(), resources.Requests["cpu"].ToString()));
        Assert.Equal(("2Gi", "1"), (resources.Limits["memory"].ToString(), resources.Limits["cpu"].ToString()));
        var metric = Manifests.All.OfType<V2HorizontalPodAutoscaler>().Single().Spec.Metrics.Single();
        Assert.Equal(("cpu", 80), (metric.Resource.Name, metric.Resource.Target.AverageUtilization));
    }

    [Fact]
    public void Probes_ask_what_the_server_answers()
    {
        Assert.Equal(
            [ProbePaths.Startup, ProbePaths.Live, ProbePaths.Ready],
            [Server.StartupProbe.HttpGet.Path, Server.LivenessProbe.HttpGet.Path, Server.ReadinessProbe.HttpGet.Path]);
        Assert.All(
            [Server.StartupProbe, Server.LivenessProbe, Server.ReadinessProbe],
            probe => Assert.Equal("http", probe.HttpGet.Port.Value));
    }

    [Fact]
    public void Ports_are_those_of_the_image_and_the_settings()
    {
        var ports = Server.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);
        var settings = Manifests.Environment(Server, Manifests.All);
        Assert.Equal($"http://+:{ports["http"]}", Dockerfile.Server.Environment["ASPNETCORE_URLS"]);
        Assert.Equal($"{ports["http"]}", Dockerfile.Server.Single("EXPOSE"));
        Assert.Equal($"http://+:{ports["management"]}", settings["MANAGEMENT_URLS"]);

        var named = Manifests.All.OfType<V1Service>().SelectMany(service => service.Spec.Ports).Select(port => port.TargetPort.Value)
            .Concat(Manifests.All.OfType<V1NetworkPolicy>().Single().Spec.Ingress.SelectMany(rule => rule.Ports).Select(p => p.Port.Value));
        Assert.Equal(ports.Keys.Order(), named.Distinct().Order());
        Assert.Equal("http", Manifests.All.OfType<V1Ingress>().Single().Spec.Rules.Single().Http.Paths.Single().Backend.Service.Port.Name);
    }

    [Fact]
    public void Selectors_choose_the_pods_of_the_server_and_no_others()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        IDictionary<string, string>[] selectors =
        [
            Deployment.Spec.Selector.MatchLabels, Manifests.All.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels,
            .. Manifests.All.OfType<V1Service>().Select(service => service.Spec.Selector),
            .. Deployment.Spec.Template.Spec.TopologySpreadConstraints.Select(spread => spread.LabelSelector.MatchLabels),
        ];
        Assert.All(selectors, selector => Assert.Equal(labels.ToHashSet(), selector.ToHashSet()));
        var migration = Manifests.All.OfType<V1Job>().Single().Spec.Template.Metadata.Labels;
        Assert.NotEqual(labels.ToHashSet(), migration.ToHashSet());
        // Both reach the database.
        var policy = Manifests.All.OfType<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels;
        Assert.Subset(labels.ToHashSet(), policy.ToHashSet());
        Assert.Subset(migration.ToHashSet(), policy.ToHashSet());
    }

    [Fact]
    public void Prometheus_reads_the_management_port_of_the_pods()
    {
        var monitor = Manifests.All.OfType<ServiceMonitor>().Single();
        var endpoint = Assert.Single(monitor.Spec.Endpoints);
        var service = Manifests.All.OfType<V1Service>()
            .Single(s => monitor.Spec.Selector.MatchLabels.All(s.Metadata.Labels.Contains));
        Assert.Equal((endpoint.Port, "management"), (Assert.Single(service.Spec.Ports).Name, service.Spec.Ports[0].TargetPort.Value));
        Assert.Equal(ManagementAnswers.Metrics, endpoint.Path);
    }

    [Fact]
    public void Secrets_are_named_and_never_written()
    {
        var example = Manifests.All.OfType<V1Secret>().Single();
        Assert.All(example.StringData, pair => Assert.Equal("", pair.Value));
        Assert.All(Manifests.Pods(Manifests.All), pod =>
        {
            var (container, volumes) = (pod.Pod.Spec.Containers.Single(), pod.Pod.Spec.Volumes);
            var secret = volumes.Single(volume => volume.Secret is not null);
            Assert.Equal(example.Metadata.Name, secret.Secret.SecretName);
            var folder = container.VolumeMounts.Single(mount => mount.Name == secret.Name).MountPath;
            var environment = Manifests.Environment(container, Manifests.All);
            Assert.All(
                environment.Where(pair => pair.Key.EndsWith("_FILE", StringComparison.Ordinal)),
                pair => Assert.Contains(pair.Value, example.StringData.Keys.Select(key => $"{folder}/{key}")));
            var written = environment.Where(pair => KnownSettings.All.GetValueOrDefault(pair.Key) is { Secret: true });
            // REDIS_URL may have a password, and this one has none.
            Assert.All(written, pair => Assert.Equal("", new Uri(pair.Value).UserInfo));
        });
    }
}
