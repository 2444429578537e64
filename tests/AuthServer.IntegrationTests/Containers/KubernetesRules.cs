using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Hosting.Management;
using AuthServer.IntegrationTests.Starting;
using k8s.Models;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>What is deployed to Kubernetes, by the manifests or the chart, is in accord with the server and the image.</summary>
public abstract class KubernetesRules : IAsyncLifetime
{
    protected IReadOnlyList<object> Objects { get; private set; } = [];

    private V1PodTemplateSpec ServerPod => One<V1Deployment>().Spec.Template;

    private V1Container Server => ServerPod.Spec.Containers.Single();

    public async ValueTask InitializeAsync() => Objects = await LoadAsync();

    public ValueTask DisposeAsync() => default;

    protected abstract Task<IReadOnlyList<object>> LoadAsync();

    protected T One<T>() => Objects.OfType<T>().Single();

    [Fact]
    public void The_image_is_of_this_version_everywhere()
    {
        var version = File.ReadAllText(Path.Combine(ServerProcess.Root, "VERSION")).Trim();
        Assert.Equal(2, Pods().Count);
        Assert.All(Pods(), pod => Assert.Equal($"authplatform/authserver:{version}", pod.Spec.Containers.Single().Image));
    }

    [Fact]
    public void Every_variable_is_a_setting_of_the_server() =>
        Assert.All(Pods(), pod => Assert.Equal([], KnownSettings.Unknown(Environment(pod.Spec.Containers.Single()).Keys)));

    /// <summary>The "restricted" pod security standard of Kubernetes, and a root file system that nobody writes to.</summary>
    [Fact]
    public void Pods_keep_the_restricted_profile() => Assert.All(Pods(), pod =>
    {
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.Equal(Dockerfile.Server.Single("USER"), $"{pod.Spec.SecurityContext.RunAsUser}:{pod.Spec.SecurityContext.RunAsGroup}");
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        var security = pod.Spec.Containers.Single().SecurityContext;
        Assert.False(security.AllowPrivilegeEscalation);
        Assert.True(security.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], security.Capabilities.Drop);
        Assert.Null(security.Capabilities.Add);
        Assert.All(pod.Spec.Volumes, volume => Assert.Null(volume.HostPath));
    });

    [Fact]
    public void Nothing_is_mounted_over_the_program_and_the_data_directory_can_be_written()
    {
        var image = Dockerfile.Server;
        var mounts = Server.VolumeMounts.ToDictionary(mount => mount.MountPath, mount => mount.ReadOnlyProperty ?? false);
        Assert.False(mounts[image.Environment["AUTHSERVER_DATA"]]);
        Assert.DoesNotContain(image.Single("WORKDIR"), mounts.Keys);
        Assert.Null(Server.Command);
    }

    [Fact]
    public void The_server_has_the_specified_resources()
    {
        var resources = Server.Resources;
        Assert.Equal(("512Mi", "250m"), (resources.Requests["memory"].ToString(), resources.Requests["cpu"].ToString()));
        Assert.Equal(("2Gi", "1"), (resources.Limits["memory"].ToString(), resources.Limits["cpu"].ToString()));
        var metric = One<V2HorizontalPodAutoscaler>().Spec.Metrics.Single();
        Assert.Equal(("cpu", 80), (metric.Resource.Name, metric.Resource.Target.AverageUtilization));
    }

    [Fact]
    public void Connections_of_all_pods_fit_into_an_untuned_PostgreSQL()
    {
        var settings = Environment(Server);
        var ofPod = int.Parse(settings["DATABASE_POOL_SIZE"], null) + int.Parse(settings["DATABASE_MAX_OVERFLOW"], null)
            + DatabaseOptions.BesidePool;
        var deployment = One<V1Deployment>().Spec;
        // A rollout adds a pod, and ends another one only when the one that it ended before is gone.
        var rollout = deployment.Strategy.RollingUpdate;
        Assert.Equal(("1", "0"), (rollout.MaxSurge.Value, rollout.MaxUnavailable.Value));
        Assert.True(deployment.MinReadySeconds >= ServerPod.Spec.TerminationGracePeriodSeconds);
        var pods = One<V2HorizontalPodAutoscaler>().Spec.MaxReplicas + 2;
        // max_connections is 100, three of which are for the superuser; the migration has two.
        Assert.InRange(ofPod * pods + 2, 1, 97);
    }

    [Fact]
    public void Probes_ask_what_the_server_answers()
    {
        V1Probe[] probes = [Server.StartupProbe, Server.LivenessProbe, Server.ReadinessProbe];
        Assert.Equal([ProbePaths.Startup, ProbePaths.Live, ProbePaths.Ready], probes.Select(probe => probe.HttpGet.Path));
        // The public listener closes connections beyond its limit: a crowd there ends no pods.
        Assert.All(probes, probe => Assert.Equal("management", probe.HttpGet.Port.Value));
    }

    [Fact]
    public void One_slow_answer_takes_no_pod_from_the_service()
    {
        Assert.True(Server.ReadinessProbe.TimeoutSeconds > ProbeConnection.Patience.TotalSeconds);
        Assert.All(new[] { Server.ReadinessProbe, Server.LivenessProbe }, probe => Assert.InRange(probe.FailureThreshold!.Value, 3, 10));
    }

    [Fact]
    public void The_migration_sees_no_secret_but_the_address_of_the_database()
    {
        var pod = One<V1Job>().Spec.Template.Spec;
        var secret = pod.Volumes.Single(volume => volume.Secret is not null);
        var folder = pod.Containers.Single().VolumeMounts.Single(mount => mount.Name == secret.Name).MountPath;
        var item = Assert.Single(secret.Secret.Items);
        Assert.Equal($"{folder}/{item.Path}", Environment(pod.Containers.Single())["DATABASE_URL_FILE"]);
        Assert.Equal("database_url", item.Key);
    }

    [Fact]
    public void A_pod_is_given_the_time_to_end()
    {
        // DRAIN_TIME in Production, what Hosting/Stopping gives to requests that are being answered, what is left of telemetry, and room.
        Assert.InRange(ServerPod.Spec.TerminationGracePeriodSeconds!.Value, 5 + 20 + 3 + 10, 120);
        Assert.DoesNotContain("DRAIN_TIME", Environment(Server).Keys);
    }

    [Fact]
    public void Ports_are_those_of_the_image_and_the_settings()
    {
        var ports = Server.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);
        Assert.Equal($"http://+:{ports["http"]}", Dockerfile.Server.Environment["ASPNETCORE_URLS"]);
        Assert.Equal($"{ports["http"]}", Dockerfile.Server.Single("EXPOSE"));
        Assert.Equal($"http://+:{ports["management"]}", Environment(Server)["MANAGEMENT_URLS"]);

        var named = Objects.OfType<V1Service>().SelectMany(service => service.Spec.Ports).Select(port => port.TargetPort.Value)
            .Concat(One<V1NetworkPolicy>().Spec.Ingress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
        Assert.Equal(ports.Keys.Order(), named.Distinct().Order());
        var backend = One<V1Ingress>().Spec.Rules.Single().Http.Paths.Single().Backend.Service;
        Assert.Contains(
            Objects.OfType<V1Service>().Single(service => service.Metadata.Name == backend.Name).Spec.Ports,
            port => (port.Name, port.TargetPort.Value) == (backend.Port.Name, "http"));
    }

    [Fact]
    public void Selectors_choose_the_pods_of_the_server_and_no_others()
    {
        var labels = ServerPod.Metadata.Labels.ToHashSet();
        IDictionary<string, string>[] selectors =
        [
            One<V1Deployment>().Spec.Selector.MatchLabels, One<V1PodDisruptionBudget>().Spec.Selector.MatchLabels,
            .. Objects.OfType<V1Service>().Select(service => service.Spec.Selector),
            .. ServerPod.Spec.TopologySpreadConstraints.Select(spread => spread.LabelSelector.MatchLabels),
        ];
        Assert.All(selectors, selector => Assert.Equal(labels, selector.ToHashSet()));
        var migration = One<V1Job>().Spec.Template.Metadata.Labels.ToHashSet();
        Assert.NotEqual(labels, migration);
        // Both reach the database.
        var policy = One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels.ToHashSet();
        Assert.Subset(labels, policy);
        Assert.Subset(migration, policy);
        Assert.Equal(One<V1Deployment>().Metadata.Name, One<V2HorizontalPodAutoscaler>().Spec.ScaleTargetRef.Name);
    }

    [Fact]
    public void Prometheus_reads_the_management_port_of_the_pods()
    {
        var monitor = One<ServiceMonitor>();
        var endpoint = Assert.Single(monitor.Spec.Endpoints);
        var service = Objects.OfType<V1Service>().Single(s => monitor.Spec.Selector.MatchLabels.All(s.Metadata.Labels.Contains));
        Assert.Equal((endpoint.Port, "management"), (Assert.Single(service.Spec.Ports).Name, service.Spec.Ports[0].TargetPort.Value));
        Assert.Equal(ManagementAnswers.Metrics, endpoint.Path);
        // Otherwise the job has the name of the Service, and no alert asks for it.
        var alerts = File.ReadAllText(Path.Combine(ServerProcess.Root, "docker", "monitoring", "prometheus-alerts.yaml"));
        Assert.Contains($"job=\"{service.Metadata.Labels[monitor.Spec.JobLabel]}\"", alerts, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_named_and_never_written()
    {
        var example = Manifests.Load(Manifests.Read(Manifests.Example)).OfType<V1Secret>().Single();
        Assert.All(example.StringData, pair => Assert.Equal("", pair.Value));
        Assert.All(Pods(), pod =>
        {
            var container = pod.Spec.Containers.Single();
            var secret = pod.Spec.Volumes.Single(volume => volume.Secret is not null);
            Assert.Equal(example.Metadata.Name, secret.Secret.SecretName);
            var folder = container.VolumeMounts.Single(mount => mount.Name == secret.Name).MountPath;
            var files = Environment(container).Where(pair => pair.Key.EndsWith("_FILE", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(files);
            Assert.All(files, pair => Assert.Contains(pair.Value, example.StringData.Keys.Select(key => $"{folder}/{key}")));
            var written = Environment(container).Where(pair => KnownSettings.All.GetValueOrDefault(pair.Key) is { Secret: true });
            // REDIS_URL may have a password, and this one has none.
            Assert.All(written, pair => Assert.Equal("", new Uri(pair.Value).UserInfo));
        });
    }

    private List<V1PodTemplateSpec> Pods() => [ServerPod, One<V1Job>().Spec.Template];

    private Dictionary<string, string> Environment(V1Container container)
    {
        var maps = Objects.OfType<V1ConfigMap>().ToDictionary(map => map.Metadata.Name);
        return (container.EnvFrom ?? []).SelectMany(from => maps[from.ConfigMapRef.Name].Data)
            .Concat((container.Env ?? []).Select(env => KeyValuePair.Create(env.Name, env.Value)))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
    }
}
