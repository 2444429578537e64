#pragma warning disable CA1823, CS0169, IDE0051, CS0649, CA1802, CA1805, CA1034, IDE0052 // They exist to be read from the compiled file.
namespace AuthServer.UnitTests.Architecture.Planted.Upper
{
    public class Base;

    public interface IMark;

    [AttributeUsage(AttributeTargets.All)]
    public sealed class MarkAttribute : Attribute;

    public static class Tool
    {
        public static int Count => 1;

        public static T? Make<T>() => default;
    }

    public sealed class RefusedException : Exception;

    public readonly struct Amount;
}

namespace AuthServer.UnitTests.Architecture.Planted.Lower
{
    using AuthServer.UnitTests.Architecture.Planted.Upper;

    public sealed class Inherits : Base;

    public sealed class Implements : IMark;

    [Mark]
    public sealed class IsMarked;

    public sealed class HoldsField
    {
        private readonly List<Amount[]>? _amounts;
    }

    public static class TakesParameter
    {
        public static void Take(Amount? amount) => _ = amount;
    }

    public static class CallsGeneric
    {
        public static object? Call() => Enumerable.Empty<string>().Select(_ => new List<Amount>()).FirstOrDefault();
    }

    public static class CallsAfterAwait
    {
        public static async Task<int> CallAsync()
        {
            await Task.Yield();
            return Tool.Count;
        }
    }

    public static class Catches
    {
        public static bool Run(Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        }
    }

    public static class Switches
    {
        public static object? Pick(int i) => i switch
        {
            0 => "a",
            1 => 2L,
            2 => 3.0,
            3 => 'c',
            _ => Tool.Make<object>(),
        };
    }

    public sealed class UsesNothing;
}
