using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace Sonoran.Json.Values;

/// <summary>Honours Newtonsoft's <c>[JsonProperty("name")]</c> and <c>[JsonIgnore]</c>, known by name, as classes moved from it have them.</summary>
internal static class NewtonsoftNames
{
    internal static void Apply(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        for (var at = type.Properties.Count - 1; at >= 0; at--)
        {
            foreach (var attribute in type.Properties[at].AttributeProvider?.GetCustomAttributes(inherit: true) ?? [])
            {
                switch (attribute.GetType().FullName)
                {
                    case "Newtonsoft.Json.JsonPropertyAttribute" when Name(attribute) is { Length: > 0 } name:
                        type.Properties[at].Name = name;
                        break;
                    case "Newtonsoft.Json.JsonIgnoreAttribute":
                        type.Properties.RemoveAt(at);
                        break;
                    default:
                        continue;
                }

                break;
            }
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Only where reflection is switched on, which trimming switches off.")]
    private static string? Name(object attribute) => attribute.GetType().GetProperty("PropertyName")?.GetValue(attribute) as string;
}
