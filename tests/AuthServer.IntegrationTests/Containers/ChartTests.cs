using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using k8s;
using k8s.Models;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>docker/helm/authplatform, rendered by Go's own template engine: the chart uses no function that helm adds.</summary>
public sealed class ChartTests : KubernetesRules
{
    private static readonly string Chart = Path.Combine(ServerProcess.Root, "docker", "helm", "authplatform");
    private static readonly Lazy<Task<IReadOnlyList<object>>> Rendered = new(() => RenderAsync("authplatform"));

    [Fact]
    public void The_server_is_deployed_as_by_the_manifests()
    {
        var manifest = Manifests.All.OfType<V1Deployment>().Single();
        var chart = One<V1Deployment>();
        Assert.Equal(Plain(manifest.Spec.Template.Spec), Plain(chart.Spec.Template.Spec));
        Assert.Equal(KubernetesYaml.Serialize(manifest.Spec.Strategy), KubernetesYaml.Serialize(chart.Spec.Strategy));
        Assert.Equal(manifest.Spec.MinReadySeconds, chart.Spec.MinReadySeconds);
        Assert.Equal(
            KubernetesYaml.Serialize(Manifests.All.OfType<V2HorizontalPodAutoscaler>().Single().Spec),
            KubernetesYaml.Serialize(One<V2HorizontalPodAutoscaler>().Spec));
        // The chart says the settings in the pod, and they are the same.
        var settings = chart.Spec.Template.Spec.Containers.Single().Env.ToDictionary(env => env.Name, env => env.Value);
        Assert.Equal(
            Manifests.All.OfType<V1ConfigMap>().Single().Data.OrderBy(pair => pair.Key),
            settings.Where(pair => !pair.Key.EndsWith("_FILE", StringComparison.Ordinal)).OrderBy(pair => pair.Key));

        static string Plain(V1PodSpec spec)
        {
            var copy = KubernetesYaml.Deserialize<V1PodSpec>(KubernetesYaml.Serialize(spec));
            (copy.Containers.Single().Env, copy.Containers.Single().EnvFrom, copy.Containers.Single().ImagePullPolicy) = (null, null, null);
            foreach (var spread in copy.TopologySpreadConstraints) spread.LabelSelector = null;
            return KubernetesYaml.Serialize(copy);
        }
    }

    [Fact]
    public void The_migration_comes_before_all_else_and_needs_none_of_it()
    {
        var job = One<V1Job>();
        Assert.Equal("pre-install,pre-upgrade", job.Metadata.Annotations["helm.sh/hook"]);
        Assert.Null(job.Spec.Template.Spec.ServiceAccountName);
        Assert.Null(job.Spec.Template.Spec.Containers.Single().EnvFrom);
    }

    [Fact]
    public async Task What_it_renders_is_what_Kubernetes_requires()
    {
        using var file = new TempFile(await TextAsync("other", FewValues));
        Assert.Equal("", await Tools.CheckAsync("kubernetes", file.Path));
    }

    [Fact]
    public async Task Values_change_what_they_name()
    {
        var objects = Manifests.Load(await TextAsync("other", FewValues));
        Assert.DoesNotContain(objects, o => o is V1Job or V1Ingress or V1NetworkPolicy or ServiceMonitor);
        var deployment = objects.OfType<V1Deployment>().Single();
        Assert.Equal("other", deployment.Metadata.Name);
        var pod = deployment.Spec.Template;
        Assert.Equal("mirror.example.com/authserver:1.2.3", pod.Spec.Containers.Single().Image);
        Assert.Equal("pull", pod.Spec.ImagePullSecrets.Single().Name);
        Assert.Equal("ssd \"fast\": yes", pod.Spec.NodeSelector["disk"]);
        Assert.Equal(("Exists", "auth", "NoSchedule"), pod.Spec.Tolerations.Select(t => (t.OperatorProperty, t.Key, t.Effect)).Single());
        Assert.Equal("yes", pod.Metadata.Annotations["example.com/audited"]);
        var environment = pod.Spec.Containers.Single().Env.ToDictionary(env => env.Name, env => env.Value);
        Assert.Equal(("8h", "/run/secrets/authplatform/backup"), (environment["SESSION_IDLE_LIFETIME"], environment["BACKUP_KEY_FILE"]));
        Assert.DoesNotContain("REDIS_URL", environment.Keys);
    }

    [Fact]
    public async Task Its_own_values_keep_to_its_schema_when_the_proxies_are_named()
    {
        const string Values = "helm/authplatform/values.yaml", Redis = "  REDIS_URL:";
        Assert.Equal("", await Tools.CheckChangedAsync("values", Values, Redis, "  TRUSTED_PROXIES: 10.244.3.0/24\n" + Redis));
        Assert.Contains(
            "/settings must have required property 'TRUSTED_PROXIES'", await Tools.CheckAsync("values", Path.Combine(Chart, "values.yaml")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_setting_that_the_server_takes_for_a_secret_is_refused_among_the_plain_ones()
    {
        var secrets = KnownSettings.All.Where(pair => pair.Value.Secret)
            .Select(pair => pair.Key.Replace("<NAME>", "CORP", StringComparison.Ordinal)).ToList();
        Assert.True(secrets.Count > 10);
        // An address is a secret when it has credentials.
        var values = string.Join('\n', secrets.Select(key => $"  {key}: redis://someone:secret@redis:6379/0"));
        var findings = await Tools.CheckChangedAsync(
            "values", "helm/authplatform/values.yaml", "  REDIS_URL:", values + "\n  REDIS_UNSET:");
        Assert.All(secrets, key => Assert.Contains($"/settings/{key} ", findings, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("podAnnotations: {}", "podAnotations: {}", "must NOT have additional properties podAnotations")]
    [InlineData("DATABASE_POOL_SIZE: \"5\"", "DATABASE_POOL_SIZE: 10", "/settings/DATABASE_POOL_SIZE must be string")]
    [InlineData("DATABASE_POOL_SIZE: \"5\"", "SECRET_KEY: abc", "/settings/SECRET_KEY boolean schema is false")]
    [InlineData("API_BASE_URL: https://", "API_BASE_URL: http://", "/settings/API_BASE_URL must match pattern")]
    // The server would take it for the same setting.
    [InlineData("DATABASE_POOL_SIZE: \"5\"", "secret_key: abc", "/settings must match pattern")]
    [InlineData("DATABASE_POOL_SIZE: \"5\"", "AuthServer__SECRET_KEY: abc", "/settings must match pattern")]
    [InlineData("    SECRET_KEY: secret_key", "", "/secret/keys must have required property 'SECRET_KEY'")]
    [InlineData("maxReplicas: 5", "maxReplicas: many", "/autoscaling/maxReplicas must be integer")]
    public async Task Values_that_are_wrong_are_refused(string text, string wrong, string finding) => Assert.Contains(
        finding, await Tools.CheckChangedAsync("values", "helm/authplatform/values.yaml", text, wrong), StringComparison.Ordinal);

    [Fact]
    public async Task The_notes_name_the_address_and_what_is_left_to_do()
    {
        var output = await TextAsync("other", FewValues, "NOTES.txt");
        Assert.Contains("kubectl -n authplatform rollout status deployment/other", output, StringComparison.Ordinal);
        Assert.Contains("https://id.example.com/.well-known/openid-configuration", output, StringComparison.Ordinal);
        Assert.Contains("run `AuthServer migrate` before each upgrade", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chart_has_the_version_of_the_server()
    {
        var chart = await Tools.ReadYamlAsync("helm/authplatform/Chart.yaml");
        var version = File.ReadAllText(Path.Combine(ServerProcess.Root, "VERSION")).Trim();
        Assert.Equal((version, version), (chart.GetProperty("version").GetString(), chart.GetProperty("appVersion").GetString()));
    }

    protected override Task<IReadOnlyList<object>> LoadAsync() => Rendered.Value;

    private const string FewValues =
        """
        image: {repository: mirror.example.com/authserver, tag: 1.2.3, pullSecrets: [pull]}
        settings: {SESSION_IDLE_LIFETIME: 8h, REDIS_URL: null}
        secret: {keys: {BACKUP_KEY: backup, REDIS_PASSWORD: null}}
        migration: {enabled: false}
        ingress: {enabled: false}
        networkPolicy: {enabled: false}
        serviceMonitor: {enabled: false}
        podAnnotations: {example.com/audited: "yes"}
        nodeSelector: {disk: 'ssd "fast": yes'}
        tolerations: [{key: auth, operator: Exists, effect: NoSchedule}]
        """;

    private static async Task<IReadOnlyList<object>> RenderAsync(string release) =>
        Manifests.Load(await TextAsync(release, "settings: {TRUSTED_PROXIES: ''}"));

    /// <param name="only">One template in place of all manifests.</param>
    private static async Task<string> TextAsync(string release, string values, params string[] only)
    {
        using var file = new TempFile(values);
        var (exit, output, errors) = await Tools.NodeAsync("render.mjs", [Chart, release, "authplatform", file.Path, .. only]);
        Assert.True(exit == 0, errors);
        return output;
    }
}
