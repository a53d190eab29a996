using System.Reflection;
using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The installed package has exactly the documented operations, with the documented arguments, described.</summary>
public sealed class ParityTests
{
    private static readonly XDocument Documentation = XDocument.Load(Path.ChangeExtension(typeof(Cms).Assembly.Location, ".xml"));

    public static TheoryNames Methods => DocumentedCall.Names;

    private static IEnumerable<MethodInfo> Members =>
        typeof(Cms).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName);

    [Fact]
    public void The_methods_are_the_documented_operations() => Assert.Equal(
        DocumentedCall.All.Select(call => call.Method).Order(), Members.Select(method => method.Name).Distinct().Order());

    [Theory, MemberData(nameof(Methods))]
    public void Takes_the_documented_arguments(string method)
    {
        var documented = DocumentedCall.Of(method).Arguments;
        Assert.NotNull(DocumentedCall.Of(method).Member);
        foreach (var parameters in Members.Where(member => member.Name == method).Select(member => member.GetParameters()))
        {
            // The method's own arguments, then how the call is made.
            var names = parameters.Select(parameter => parameter.Name!).Except(["options", "cancellationToken"]).Select(name => name.TrimEnd('_')).ToList();
            Assert.Contains(parameters[^1].ParameterType, (Type[])[typeof(CancellationToken), typeof(SonoranCallOptions)]);
            Assert.Equal(names, documented.Where(name => names.Contains(name)));
            Assert.All(documented.Except(names), name => Assert.Contains(name, DocumentedCall.Of(method).Optional));
        }
    }

    [Fact]
    public void The_data_of_each_have_a_type() => Assert.All(Members, member => Assert.DoesNotContain(
        member.ReturnType.GetGenericArguments().Single().GetGenericArguments(), type => type == typeof(JsonElement) || type == typeof(object)));

    [Theory, MemberData(nameof(Methods))]
    public void Is_described(string method)
    {
        var descriptions = Documentation.Descendants("member")
            .Where(member => ((string)member.Attribute("name")!).StartsWith($"M:Sonoran.Cms.{method}(", StringComparison.Ordinal))
            .ToList();
        var members = Members.Where(member => member.Name == method).ToList();
        Assert.Equal(members.Count, descriptions.Count);
        foreach (var description in descriptions)
        {
            Assert.All(["summary", "returns", "exception", "example"], name => Assert.NotEmpty(description.Elements(name)));
            var described = description.Elements("param").Select(param => (string)param.Attribute("name")!);
            Assert.Contains(members, member => member.GetParameters().Select(parameter => parameter.Name).SequenceEqual(described));
        }
    }

    [Fact]
    public void Every_public_member_is_described()
    {
        var described = Documentation.Descendants("member").Select(member => (string)member.Attribute("name")!).ToHashSet();
        var types = typeof(Cms).Assembly.GetExportedTypes();
        Assert.All(types, type => Assert.Contains($"T:{type.FullName!.Replace('+', '.')}", described));
        var properties = types.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly));
        Assert.All(properties, property => Assert.Contains($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}", described));
    }
}
