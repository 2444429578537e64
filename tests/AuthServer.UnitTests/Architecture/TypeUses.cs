using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace AuthServer.UnitTests.Architecture;

/// <summary>A type as the rules see it: nested and compiler-made types count as the type that encloses them.</summary>
public readonly record struct CodeType(string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? Name : Namespace + "." + Name;
}

/// <summary>One type names another: in a base type, signature, attribute or method body.</summary>
public readonly record struct TypeUse(CodeType From, CodeType To);

/// <summary>Reads every use of a type out of a compiled assembly (ECMA-335), without loading it.</summary>
public sealed class TypeUses
{
    private readonly MetadataReader _reader;
    private readonly PEReader _image;
    private readonly HashSet<TypeUse> _uses = [];
    private CodeType _from;

    private TypeUses(PEReader image) => (_image, _reader) = (image, image.GetMetadataReader());

    public static IReadOnlyCollection<TypeUse> Of(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var uses = new TypeUses(image);
        foreach (var handle in uses._reader.TypeDefinitions) uses.ReadType(handle);
        return uses._uses;
    }

    /// <summary>The names of all top-level types written by hand.</summary>
    public static IReadOnlyCollection<CodeType> Declared(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var uses = new TypeUses(image);
        return [.. uses._reader.TypeDefinitions.Select(uses.Outermost).Where(
            t => !t.Name.Contains('<', StringComparison.Ordinal)).Distinct()];
    }

    /// <summary>Members of other assemblies that are used, such as <c>System.DateTime.get_UtcNow</c>.</summary>
    public static IReadOnlyCollection<string> OutsideMembers(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var reader = image.GetMetadataReader();
        return [.. reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(m => m.Parent.Kind == HandleKind.TypeReference)
            .Select(m => Name(reader, reader.GetTypeReference((TypeReferenceHandle)m.Parent)) + "." + reader.GetString(m.Name))];
    }

    public static IReadOnlyCollection<string> ReferencedAssemblies(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        _from = Outermost(handle);
        var collect = new Collector(this);
        Use(type.BaseType);
        foreach (var i in type.GetInterfaceImplementations()) Use(_reader.GetInterfaceImplementation(i).Interface);
        ReadAttributes(type.GetCustomAttributes());
        ReadConstraints(type.GetGenericParameters());
        foreach (var f in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            f.DecodeSignature(collect, null);
            ReadAttributes(f.GetCustomAttributes());
        }

        foreach (var p in type.GetProperties()) ReadAttributes(_reader.GetPropertyDefinition(p).GetCustomAttributes());
        foreach (var m in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            m.DecodeSignature(collect, null);
            ReadAttributes(m.GetCustomAttributes());
            ReadConstraints(m.GetGenericParameters());
            foreach (var p in m.GetParameters()) ReadAttributes(_reader.GetParameter(p).GetCustomAttributes());
            if (m.RelativeVirtualAddress != 0) ReadBody(_image.GetMethodBody(m.RelativeVirtualAddress));
        }
    }

    private void ReadBody(MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
            _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(new Collector(this), null);
        foreach (var region in body.ExceptionRegions) Use(region.CatchType);
        foreach (var token in IlTokens.Of(body.GetILReader()))
        {
            if (MetadataTokens.EntityHandle(token) is { Kind: not HandleKind.StandaloneSignature } handle) Use(handle);
        }
    }

    private void ReadAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var a in attributes) Use(_reader.GetCustomAttribute(a).Constructor);
    }

    private void ReadConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (var c in parameters.SelectMany(p => _reader.GetGenericParameter(p).GetConstraints()))
            Use(_reader.GetGenericParameterConstraint(c).Type);
    }

    private void Use(EntityHandle handle)
    {
        if (handle.IsNil) return;
        var collect = new Collector(this);
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition: Add(Outermost((TypeDefinitionHandle)handle)); break;
            case HandleKind.TypeReference: Add(Outermost((TypeReferenceHandle)handle)); break;
            case HandleKind.TypeSpecification: _reader.GetTypeSpecification((TypeSpecificationHandle)handle)
                .DecodeSignature(collect, null); break;
            case HandleKind.FieldDefinition: Use(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()); break;
            case HandleKind.MethodDefinition: Use(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()); break;
            case HandleKind.MemberReference: Use(_reader.GetMemberReference((MemberReferenceHandle)handle).Parent); break;
            case HandleKind.MethodSpecification:
                var method = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(collect, null);
                Use(method.Method);
                break;
        }
    }

    private void Add(CodeType to)
    {
        if (to != _from) _uses.Add(new TypeUse(_from, to));
    }

    private CodeType Outermost(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil) type = _reader.GetTypeDefinition(type.GetDeclaringType());
        return new CodeType(_reader.GetString(type.Namespace), _reader.GetString(type.Name));
    }

    private CodeType Outermost(TypeReferenceHandle handle)
    {
        var type = _reader.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            type = _reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        }
        return new CodeType(_reader.GetString(type.Namespace), _reader.GetString(type.Name));
    }

    private static string Name(MetadataReader reader, TypeReference type) =>
        reader.GetString(type.Namespace) + "." + reader.GetString(type.Name);

    /// <summary>Notes the types of a signature; what it returns to the decoder is of no interest.</summary>
    private sealed class Collector(TypeUses uses) : ISignatureTypeProvider<int, object?>
    {
        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            uses.Use(handle);
            return 0;
        }

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            uses.Use(handle);
            return 0;
        }

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        {
            uses.Use(handle);
            return 0;
        }

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;
    }
}
