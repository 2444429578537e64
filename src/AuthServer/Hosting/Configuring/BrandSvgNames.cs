using System.Collections.Frozen;
using System.Xml.Linq;

namespace AuthServer.Hosting.Configuring;

/// <summary>What a picture of the brand may consist of: the parts of SVG 2 that draw, without those that run, load, link or move.</summary>
internal static class BrandSvgNames
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static readonly FrozenSet<string> Elements = Of(
        """
        svg g defs symbol use title desc metadata switch style view
        path rect circle ellipse line polyline polygon text tspan textPath image
        linearGradient radialGradient stop pattern clipPath mask marker
        filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
        feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
        feSpecularLighting feSpotLight feTile feTurbulence
        """);

    public static readonly FrozenSet<string> Attributes = Of(
        """
        version baseProfile width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points pathLength viewBox preserveAspectRatio
        zoomAndPan overflow transform transform-origin transform-box style type media
        offset spreadMethod gradientUnits gradientTransform patternUnits patternContentUnits patternTransform
        clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient
        dx dy rotate textLength lengthAdjust startOffset method spacing side
        filterUnits primitiveUnits filterRes in in2 result mode values operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY
        edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle
        scale xChannelSelector yChannelSelector azimuth elevation z pointsAtX pointsAtY pointsAtZ radius stdDeviation
        baseFrequency numOctaves seed stitchTiles tableValues slope intercept amplitude exponent
        systemLanguage requiredFeatures requiredExtensions enable-background
        alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters
        color-rendering direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity
        font font-family font-kerning font-size font-size-adjust font-stretch font-style font-variant font-weight
        glyph-orientation-horizontal glyph-orientation-vertical image-rendering isolation kerning letter-spacing lighting-color
        line-height marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity paint-order pointer-events
        shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
        stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-overflow text-rendering unicode-bidi
        vector-effect visibility white-space word-spacing writing-mode focusable
        """);

    /// <summary>Of CSS: rules that hold others and name no file.</summary>
    public static readonly FrozenSet<string> Rules = FrozenSet.ToFrozenSet(["media"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Of CSS, and of transforms: what computes and names no file.</summary>
    public static readonly FrozenSet<string> Functions = FrozenSet.ToFrozenSet(
        [
            "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark",
            "calc", "min", "max", "clamp", "var",
            "matrix", "matrix3d", "translate", "translateX", "translateY", "scale", "scaleX", "scaleY", "rotate", "skew", "skewX", "skewY",
            "circle", "ellipse", "inset", "polygon", "path", "rect",
            "blur", "brightness", "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia",
            "not", "is", "where", "nth-child", "nth-of-type", "lang",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Notes =
    [
        "http://www.inkscape.org/", "http://sodipodi.sourceforge.net/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://purl.org/dc/", "http://creativecommons.org/ns#", "http://web.resource.org/cc/", "http://ns.adobe.com/",
        "http://www.bohemiancoding.com/sketch/", "http://www.figma.com/", "http://www.serif.com/", "http://schemas.microsoft.com/visio/",
        "http://www.corel.com/", "http://vectornator.io", "http://www.gimp.org/", "http://krita.org/namespaces/", "https://boxy-svg.com",
    ];

    /// <summary>Whether it is a namespace in which a program that draws keeps notes.</summary>
    public static bool IsOfNotes(string space) => Notes.Any(begin => space.StartsWith(begin, StringComparison.Ordinal));

    /// <summary>Whether the value of an attribute is words that no browser reads as CSS.</summary>
    public static bool IsOfWords(string name) =>
        name is "id" or "class" or "role" or "lang" or "tabindex"
        || name.StartsWith("aria-", StringComparison.Ordinal) || name.StartsWith("data-", StringComparison.Ordinal);

    private static FrozenSet<string> Of(string names) =>
        names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
