import DefaultTheme from "vitepress/theme-without-fonts";
import { h } from "vue";
import LiveDensity from "./live-density.vue";
import "./palette.css";
import "./style.css";

export default {
  extends: DefaultTheme,
  // The first thing under the title is the thing itself.
  Layout: () => h(DefaultTheme.Layout, null, { "home-hero-after": () => h(LiveDensity) }),
};
