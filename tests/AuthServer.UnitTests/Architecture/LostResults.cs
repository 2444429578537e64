using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace AuthServer.UnitTests.Architecture;

/// <summary>
/// Handlers whose answer nobody sends. A method with the request as its only parameter fits <c>RequestDelegate</c> whatever it returns a
/// task of, and the compiler prefers that: the client then gets an empty 200.
/// </summary>
/// <remarks>
/// Read out of the compiled code, where it is known which delegate was made. A method is such a handler when it is made into a
/// <c>RequestDelegate</c> and returns more than a task; a lambda has become a method that returns a task, so what it calls last counts.
/// </remarks>
public static class LostResults
{
    private const string Delegate = "Microsoft.AspNetCore.Http.RequestDelegate";

    private static readonly HashSet<OpCode> Between =
    [
        OpCodes.Nop, OpCodes.Br_S, OpCodes.Br, OpCodes.Stloc_0, OpCodes.Stloc_1, OpCodes.Stloc_2, OpCodes.Stloc_3, OpCodes.Stloc_S,
        OpCodes.Ldloc_0, OpCodes.Ldloc_1, OpCodes.Ldloc_2, OpCodes.Ldloc_3, OpCodes.Ldloc_S,
    ];

    public static IReadOnlyList<string> In(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var reader = image.GetMetadataReader();
        var found = new List<string>();
        foreach (var handle in reader.MethodDefinitions)
        {
            foreach (var made in DelegatesIn(image, reader, handle))
            {
                if (IsLost(image, reader, made)) found.Add(NameOf(reader, made));
            }
        }

        return [.. found.Distinct()];
    }

    /// <summary>How many delegates the rule has looked at: none means that it sees nothing any more.</summary>
    public static int CountIn(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var reader = image.GetMetadataReader();
        return reader.MethodDefinitions.SelectMany(handle => DelegatesIn(image, reader, handle)).Distinct().Count();
    }

    // `ldftn method` and `newobj RequestDelegate::.ctor` follow each other.
    private static IEnumerable<MethodDefinitionHandle> DelegatesIn(PEReader image, MetadataReader reader, MethodDefinitionHandle handle)
    {
        var code = Code(image, reader, handle);
        for (var i = 1; i < code.Count; i++)
        {
            if (code[i].Code == OpCodes.Newobj && code[i - 1].Code == OpCodes.Ldftn
                && MetadataTokens.EntityHandle(code[i].Token) is { Kind: HandleKind.MemberReference } constructor
                && TypeOf(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent) == Delegate
                && MetadataTokens.EntityHandle(code[i - 1].Token) is { Kind: HandleKind.MethodDefinition } target)
            {
                yield return (MethodDefinitionHandle)target;
            }
        }
    }

    private static bool IsLost(PEReader image, MetadataReader reader, MethodDefinitionHandle handle)
    {
        if (Returned(reader, handle) == Result.Other) return true;
        if (!reader.GetString(reader.GetMethodDefinition(handle).Name).StartsWith('<')) return false;
        // What a build without optimisation puts between the last call and the return is left out.
        var code = Code(image, reader, handle).FindAll(i => !Between.Contains(i.Code));
        if (code is not [.., var last, _] || (last.Code != OpCodes.Call && last.Code != OpCodes.Callvirt)) return false;
        return Returned(reader, MetadataTokens.EntityHandle(last.Token)) == Result.Other;
    }

    private static Result Returned(MetadataReader reader, EntityHandle method) => method.Kind switch
    {
        HandleKind.MethodDefinition =>
            reader.GetMethodDefinition((MethodDefinitionHandle)method).DecodeSignature(new Shapes(), null).ReturnType,
        HandleKind.MemberReference => reader.GetMemberReference((MemberReferenceHandle)method)
            .DecodeMethodSignature(new Shapes(), null).ReturnType,
        HandleKind.MethodSpecification => Returned(reader, reader.GetMethodSpecification((MethodSpecificationHandle)method).Method),
        _ => Result.Task,
    };

    private static List<(OpCode Code, int Token)> Code(PEReader image, MetadataReader reader, MethodDefinitionHandle handle)
    {
        var address = reader.GetMethodDefinition(handle).RelativeVirtualAddress;
        return address == 0 ? [] : IlTokens.Instructions(image.GetMethodBody(address).GetILReader());
    }

    private static string NameOf(MetadataReader reader, MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        var type = reader.GetTypeDefinition(method.GetDeclaringType());
        while (!type.GetDeclaringType().IsNil) type = reader.GetTypeDefinition(type.GetDeclaringType());
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}.{reader.GetString(method.Name)}";
    }

    private static string? TypeOf(MetadataReader reader, EntityHandle handle) => handle.Kind != HandleKind.TypeReference ? null
        : reader.GetTypeReference((TypeReferenceHandle)handle) is var type
            ? $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}" : null;

    private enum Result
    {
        /// <summary>A task and nothing more, or no task at all.</summary>
        Task,

        /// <summary>A task of something.</summary>
        Other,
    }

    /// <summary>Of the types of a signature one thing is of interest: whether it is a task of something.</summary>
    private sealed class Shapes : ISignatureTypeProvider<Result, object?>
    {
        public Result GetGenericInstantiation(Result genericType, ImmutableArray<Result> typeArguments) =>
            genericType == Result.Other ? Result.Other : Result.Task;

        public Result GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeReference(handle).Name) == "Task`1" ? Result.Other : Result.Task;

        public Result GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Result.Task;

        public Result GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Result.Task;

        public Result GetModifiedType(Result modifier, Result unmodifiedType, bool isRequired) => unmodifiedType;

        public Result GetArrayType(Result elementType, ArrayShape shape) => Result.Task;

        public Result GetByReferenceType(Result elementType) => Result.Task;

        public Result GetFunctionPointerType(MethodSignature<Result> signature) => Result.Task;

        public Result GetGenericMethodParameter(object? genericContext, int index) => Result.Task;

        public Result GetGenericTypeParameter(object? genericContext, int index) => Result.Task;

        public Result GetPinnedType(Result elementType) => elementType;

        public Result GetPointerType(Result elementType) => Result.Task;

        public Result GetPrimitiveType(PrimitiveTypeCode typeCode) => Result.Task;

        public Result GetSZArrayType(Result elementType) => Result.Task;
    }
}
