using AuthServer.UnitTests.Architecture;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>Each handler's answer is sent, in the sample too. That the rule finds one is a test beside it.</summary>
public sealed class LostResultTests
{
    [Fact]
    public void No_handler_of_the_sample_returns_a_result_that_nobody_sends() =>
        Assert.Empty(LostResults.In(typeof(ResourceApi.Notes.NotesApi).Assembly.Location));
}
