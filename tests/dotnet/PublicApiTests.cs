using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Both builds have the public face that <c>PublicApi.txt</c> shows, so that nothing in it changes unnoticed.</summary>
/// <remarks>With <c>SONORAN_WRITE_API=1</c> in the environment the test writes the file.</remarks>
public sealed class PublicApiTests
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Is_as_it_is_written_down()
    {
        var file = Path.Combine(Emulator.Needed("SONORAN_ROOT"), "bindings-csharp/dotnet/PublicApi.txt");
        string[] found = [.. typeof(Cms).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Lines)];
        if (Environment.GetEnvironmentVariable("SONORAN_WRITE_API") == "1")
        {
            File.WriteAllText(file, string.Join('\n', found) + "\n");
        }

        string[] written = File.ReadAllLines(file);
        Assert.Empty(found.Except(written).Select(line => $"new: {line}").Concat(written.Except(found).Select(line => $"gone: {line}")));
    }

    private static IEnumerable<string> Lines(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class";
        var bases = type.GetInterfaces().Where(face => face.IsPublic).Select(Name).Order(StringComparer.Ordinal);
        var more = type.IsEnum ? [] : bases.Prepend(type.BaseType is { } of ? Name(of) : "").Where(name => name is not ("" or "object" or "ValueType"));
        yield return $"{kind} {Name(type)}{(more.Any() ? $" : {string.Join(", ", more)}" : "")}";
        var members = type.GetMembers(Members).Where(IsVisible).Select(member => $"  {Signature(member)}").Distinct();
        foreach (var member in members.Order(StringComparer.Ordinal))
        {
            yield return $"{Name(type)}{member}";
        }
    }

    /// <summary>Whether somebody wrote it, for others to see.</summary>
    private static bool IsVisible(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member switch
    {
        MethodInfo method => !method.IsSpecialName && (method.IsPublic || method.IsFamily) || method.Name is "op_Implicit",
        ConstructorInfo constructor => constructor.IsPublic || constructor.IsFamily,
        PropertyInfo property => property.GetAccessors().Length > 0,
        FieldInfo field => field.IsPublic && !field.IsSpecialName,
        _ => false,
    };

    private static string Signature(MemberInfo member) => member switch
    {
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{(method.IsVirtual && !method.IsFinal ? "virtual " : "")}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {string.Join(' ', property.GetAccessors().Select(accessor => accessor.ReturnType == typeof(void) ? "set;" : "get;").Order())} }}",
        FieldInfo { IsLiteral: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"{Name(field.FieldType)} {field.Name}",
        _ => member.Name,
    };

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!)}";
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return $"{Name(inner)}?";
        }

        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}"
            : type.Namespace == "Sonoran.Types" ? $"Types.{type.Name}"
            : type == typeof(object) ? "object"
            : type == typeof(string) ? "string"
            : type == typeof(void) ? "void"
            : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
