using k8s.Models;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>What every pod of ours keeps to, whether it comes from the manifests or from the chart.</summary>
internal static class PodRules
{
    /// <summary>The "restricted" pod security standard of Kubernetes, and a root file system that nobody writes to.</summary>
    public static void AssertRestricted(V1PodTemplateSpec pod)
    {
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        var user = Dockerfile.Server.Single("USER");
        Assert.Equal(user, $"{pod.Spec.SecurityContext.RunAsUser}:{pod.Spec.SecurityContext.RunAsGroup}");
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        Assert.All(pod.Spec.Containers, container =>
        {
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Null(container.SecurityContext.Capabilities.Add);
        });
        Assert.All(pod.Spec.Volumes, volume => Assert.Null(volume.HostPath));
    }
}
